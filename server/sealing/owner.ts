/** What keys are bound to, so that one that was wrapped or made for something opens nothing else. Never to be changed. */

type Attempt = { callId: string; generation: string }

export const recordingOwner = ({ callId, generation }: Attempt): string =>
  `recording key ${callId} ${generation}`
export const recordingSeal = ({ generation, name }: { generation: string; name: string }): string =>
  `recording ${generation}/${name}`

/** By the attachment's id. */
export const fileOwner = (id: string): string => `file key ${id}`
export const fileSeal = (id: string, part: 'file' | 'preview'): string => `file ${id}/${part}`
