/** Figures of the wire, apart from the schemas: a browser that needs only these loads no validator. */
export const CONTRACT_VERSION = 4
export const MAX_TEXT = 8_000
export const MAX_FILE_BYTES = 25 * 1024 * 1024
/** That go with one message. */
export const MAX_FILES = 10
/** The highest number that an event can have: `history` before it is the newest page. */
export const MAX_SEQ = 2 ** 31 - 1
