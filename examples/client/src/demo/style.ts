import { styleText } from 'node:util'

/** Text in a style, on a terminal whose user has nothing against it (no-color.org). */
export function style(format: 'bold' | 'cyan' | 'dim' | 'green', text: string): string {
  return process.stdout.isTTY && !process.env['NO_COLOR'] ? styleText(format, text) : text
}
