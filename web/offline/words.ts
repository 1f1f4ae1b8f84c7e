/** What the pages and their service worker call the same things. */

/** A page's word to a worker that waits: the page is as new as you are, take over. */
export const TAKE_OVER = 'take-over';

/** The background sync that sends what waits. */
export const UPLOAD_TAG = 'upload';

/** The channel on which pages and worker tell one another that what is recorded has changed. */
export const CHANGED = 'huzhu-recorded';

/** The lock that lets one of them send at a time. */
export const SENDING = 'huzhu-sending';
