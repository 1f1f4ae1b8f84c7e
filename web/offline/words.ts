/** What the pages and their service worker call the same things. */

/** The background sync that sends what waits. */
export const UPLOAD_TAG = 'upload';

/** The channel on which pages and worker tell one another that what is recorded has changed. */
export const CHANGED = 'huzhu-recorded';

/** The lock that lets one of them send at a time. */
export const SENDING = 'huzhu-sending';
