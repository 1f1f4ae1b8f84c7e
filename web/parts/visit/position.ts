/** Where the device is; a device that cannot or may not tell is no obstacle, only an exception with a reason (S7). */

export interface DevicePosition {
  lat: number;
  lon: number;
  accuracyM: number;
}

const patienceMs = 10_000;

/** WGS-84 position, or null when there is none within ten seconds. */
export function locate(): Promise<DevicePosition | null> {
  if (!('geolocation' in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ lat: coords.latitude, lon: coords.longitude, accuracyM: Math.round(coords.accuracy) }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: patienceMs, maximumAge: 30_000 },
    );
  });
}
