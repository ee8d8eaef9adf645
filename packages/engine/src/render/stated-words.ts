// Words of reporters in our texts: what reads as if it were about a drill, and what is invisible.

/** Words of a drill in the languages of reports, in their plain form. */
const drillWords = [
  'exercise',
  'drill',
  'simulation',
  'testonly',
  // French, Spanish, Portuguese
  'exercice',
  'simulacre',
  'ejercicio',
  'simulacro',
  'exercicio',
  'simulado',
  'simulacao',
  // Swahili
  'zoezi',
  // Arabic: exercise, manoeuvre, test
  'تمرين',
  'مناورة',
  'اختبار'
]

const inPlainForm = new RegExp(
  `${drillWords.join('|')}|(?<![\\p{L}\\p{N}])test(?![\\p{L}\\p{N}])`,
  'u'
)

/** What is left out of the plain form of ASCII: what is neither letter nor digit nor space. */
const gap = '[^a-z0-9\\s]*'
const gapped = (word: string) => [...word].join(gap)
const isAscii = /^[ -~]*$/
/** The same for ASCII texts, in which letters have no other forms. */
const inAscii = new RegExp(
  `${drillWords
    .filter(word => isAscii.test(word))
    .map(gapped)
    .join('|')}|(?<![a-z0-9]${gap})${gapped('test')}(?!${gap}[a-z0-9])`,
  'i'
)

/**
 * True if a text reads as if it were about a drill, however its words are written. Most are ASCII,
 * and need no other form.
 */
export function namesDrill(text: string): boolean {
  if (isAscii.test(text)) return inAscii.test(text)
  const letters = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
  return inPlainForm.test(letters)
}

/**
 * Characters that draw nothing: tags, direction marks, zero-width spaces. Two join or separate
 * letters in Persian and in scripts of India, and stay there.
 */
const unseen =
  /(?!(?<=[^\p{Script=Latin}\P{L}]\p{M}*)[\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu

const controls = /\p{Cc}+/gu

/**
 * A text without invisible characters: they may turn its order around, or hide another text in it.
 * Controls, which may end the line or steer a terminal, become spaces. Pure.
 */
export function visibleText(text: string): string {
  return isAscii.test(text) ? text : text.replace(controls, ' ').replace(unseen, '')
}

const rightToLeft =
  '[\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Syriac}\\p{Script=Thaana}\\p{Script=Nko}]'
const rightToLeftRun = new RegExp(`${rightToLeft}+(?:[^\\p{L}]*${rightToLeft}+)*`, 'gu')

/**
 * Our sentence with each right-to-left name isolated (U+2068, U+2069): the sentence around it keeps
 * its order in any context.
 */
export function isolateRightToLeft(text: string): string {
  return isAscii.test(text) ? text : text.replace(rightToLeftRun, '\u2068$&\u2069')
}
