/** Addresses below `/desk`: a conversation, and an earlier one of its visitor read in its place. */
export const presentPath = (present: string): string => `/c/${present}`
export const earlierPath = (present: string, earlier: string): string => `/c/${present}/${earlier}`
