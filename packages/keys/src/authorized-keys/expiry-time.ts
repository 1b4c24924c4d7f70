import { keyError } from '../errors.ts'

const FORMAT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?$/i

/**
 * The time of an `expiry-time` option: `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`, in the machine's time zone without Z, as sshd has it.
 *
 * @throws SSHError `KEY` where it is no such time, or one that the calendar does not have
 */
export function parseExpiryTime(text: string): Date {
  const fields = FORMAT.exec(text)
  if (fields === null) throw keyError(`expected a time as YYYYMMDD[HHMM[SS]][Z]; found ${JSON.stringify(text)}`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1, 7).map((digits) => Number(digits ?? 0))
  // Date counts months from 0, and takes the 31st of June for the 1st of July.
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  if (utc.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14) !== text.replace(/\D+$/, '').padEnd(14, '0')) {
    throw keyError(`expected a time that the calendar has; found ${JSON.stringify(text)}`)
  }
  return fields[7] === undefined ? new Date(year, month - 1, day, hour, minute, second) : utc
}
