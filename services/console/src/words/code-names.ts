// Display names of codes, as the suite gives them: the same as in headlines. Until they are loaded,
// and for codes without a name, the code itself is shown.

import { signal } from '@preact/signals'

export interface CodeNames {
  readonly areas: Readonly<Record<string, string>>
  readonly countries: Readonly<Record<string, string>>
  readonly categories: Readonly<Record<string, string>>
  readonly tactics: Readonly<Record<string, string>>
  readonly patterns: Readonly<Record<string, string>>
  readonly reasons: Readonly<Record<string, string>>
}

const none: CodeNames = {
  ...{ areas: {}, countries: {}, categories: {} },
  ...{ tactics: {}, patterns: {}, reasons: {} }
}
/** Read while drawing, so that what is shown changes when the names arrive. */
export const codeNames = signal<CodeNames>(none)

export function nameIn(kind: keyof CodeNames, code: string): string | undefined {
  const names = codeNames.value[kind]
  return Object.hasOwn(names, code) ? names[code] : undefined
}

/** `Ségou (ML-4)`: the name, and the code as in exports and filters. */
export function areaWords(code: string): string {
  const name = nameIn('areas', code)
  return name === undefined ? code : `${name} (${code})`
}

/** `Mali`: in lists the article is dropped. */
export function countryWords(code: string): string {
  return (nameIn('countries', code) ?? code).replace(/^the /, '')
}

/** `aid denied` for `aid-denied`, or its name. */
export function categoryWords(code: string): string {
  return nameIn('categories', code) ?? code.replaceAll('-', ' ')
}

/** `improvised bomb`; `other:homes-burnt` is `homes burnt`. */
export function tacticWords(code: string): string {
  return nameIn('tactics', code) ?? code.replace(/^other:/, '').replaceAll('-', ' ')
}

/** A reason in words; anything but a code is told as it is. */
export function reasonWords(reason: string | null): string {
  if (reason === null) return ''
  return (
    nameIn('reasons', reason) ??
    (/^[a-z]+(-[a-z]+)+$/.test(reason) ? reason.replaceAll('-', ' ') : reason)
  )
}
