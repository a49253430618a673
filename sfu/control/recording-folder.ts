/** Names in the folder of a recording that the media node and the server share; what else lies there is media. */

/** Written last: where it stands, the recording is whole. */
export const INDEX_FILE = 'replay.json'
export const JOURNAL_FILE = 'manifest.jsonl'
/** Stands when a server has committed that the recording is whole. */
export const ANNOUNCED_FILE = 'announced'
/** A server has taken what was finalised elsewhere: nothing is made here any more. Only of a call that is over. */
export const TAKEN_FILE = 'taken'
/** What the finalised files were made of. */
export const isRaw = (name: string): boolean => /^[0-9a-f-]{36}\.(webm|levels)$/.test(name)
