// The languages of the pages, and what differs between two of them beside the words.

/** With the tag by which days and times are written: the day before the month, and 24 hours. */
export const timesAs = { en: 'en-GB', fr: 'fr-FR' } as const

/** A time as people write it: the browser's French has « 1 déc. ». */
export function writeTime(text: string, language: Language): string {
  return language === 'fr' ? text.replace(/(^|\s)1(?= \p{L})/u, '$11er') : text
}

export type Language = keyof typeof timesAs

export const languages = Object.keys(timesAs) as readonly Language[]

/** A catalogue in any language, by the English one: the same members and values. */
export type Catalogue<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Catalogue<T[K]>
}

/** `preferred`: tags such as `fr-ML`, the best first. Pure. */
export function chooseLanguage(preferred: readonly string[]): Language {
  const codes = preferred.map(tag => tag.toLowerCase().split('-')[0])
  return codes.flatMap(code => languages.find(language => language === code) ?? [])[0] ?? 'en'
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `1,200 alerts`, as the language counts: French has the singular for none as well. */
export function pluralIn(language: Language) {
  const rules = new Intl.PluralRules(language)
  return (count: number, one: string, many: string): string =>
    `${count.toLocaleString(language)} ${rules.select(count) === 'one' ? one : many}`
}
