/**
 * Makes a picture fit to be sent: drawn anew on this phone, so that it is small and nothing of what the camera wrote into
 * the file goes with it, such as where it was taken.
 */

/** The longer side in pixels and the quality, from the best down to what is still worth sending. */
const attempts = [
  { side: 1600, quality: 0.85 },
  { side: 1600, quality: 0.7 },
  { side: 1200, quality: 0.7 },
  { side: 800, quality: 0.6 },
] as const;

/** The picture as a JPEG of at most so many bytes; null where the file is no picture or cannot be made so small. */
export async function fitPicture(file: Blob, mostBytes: number): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  try {
    for (const { side, quality } of attempts) {
      const drawn = await draw(bitmap, side, quality);
      if (drawn && drawn.size <= mostBytes) return drawn;
    }
    return null;
  } finally {
    bitmap.close();
  }
}

function draw(bitmap: ImageBitmap, side: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', quality);
  });
}
