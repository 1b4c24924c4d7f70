/** What holds a row below its target, as its profile shows: for the report, and only where it was missed. */
export const bounds: Readonly<Record<string, string>> = {}
