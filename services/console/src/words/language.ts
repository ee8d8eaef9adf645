// The language of a page, chosen once when it is loaded: the first of the browser's languages that
// has a catalogue, else English.

const languages = ['en', 'fr'] as const

export type Language = (typeof languages)[number]

/**
 * The type of a catalogue in any language, by the English one: the same members, each a text, or a
 * function of the same values.
 */
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

export const language = chooseLanguage(navigator.languages)
