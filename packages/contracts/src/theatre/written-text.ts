// Texts that officers, owners and writers of rules may write, as patterns that schemas share. Reports
// are not refused by these: their shown texts are cleaned (stated-words.ts).

/**
 * A character that a person writes: no control, no half of a pair, and none that turns the line
 * around.
 */
export const writtenCharacter = '[^\\p{Cc}\\p{Cs}\\u202A-\\u202E\\u2066-\\u2069]'

/**
 * Invisible characters: zero width, fillers, variation selectors, tags. Words have some between
 * others.
 */
export const unseenCharacters =
  '\\s\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uFE00-\\uFE0F\\uFFA0\\uFFF0-\\uFFFB\\u{E0000}-\\u{E0FFF}'

/**
 * One line from officers and owners, such as a name: something on it is visible. Reports stay with
 * their released form, in which a line of zero-width characters passes.
 */
export const linePattern = `^(?=.*[^${unseenCharacters}])${writtenCharacter}*$`

/** Several lines, with tabs and line ends: empty, or a text with something visible. */
export const textPattern = `^(?:(?=[\\s\\S]*[^${unseenCharacters}])(?:[\\t\\r\\n]|${writtenCharacter})*)?$`

const foreign = new RegExp(`(?!${writtenCharacter}).`, 'su')
const line = new RegExp(linePattern, 'u')

/** True for one line with something visible, and with only characters that can be written. Pure. */
export function isLine(text: string): boolean {
  return line.test(text)
}

/** Position of the first character that no line may have; null if there is none. Pure. */
export function foreignCharacterAt(text: string): number | null {
  return foreign.exec(text)?.index ?? null
}
