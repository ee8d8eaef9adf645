// The word of a closed vocabulary that somebody meant: for refusals. Pure.

import { countryNames } from '@tocsin/domain/space-time/country-names'
import type { ErrorObject } from 'ajv/dist/2020.js'
import { tactics } from '../theatre/report.ts'
import { countriesByOtherCode, isCountryCode } from './iso-3166-1.ts'
import { formatSourceId } from './posted-text.ts'

/** Longer texts are no misspelt word. */
const charsMax = 60
/** A slip for each so many characters may be a misspelling. */
const charsPerSlip = 4

/**
 * The word that a text means: the same but for case, accents and punctuation, else the only nearest
 * one within some slips; null if there is none.
 */
export function findMeant(text: unknown, words: Iterable<string>): string | null {
  if (typeof text !== 'string' || text.length > charsMax) return null
  const key = buildKey(text)
  if (key === '') return null
  let best: { readonly word: string | null; readonly slips: number } = {
    word: null,
    slips: Math.floor(key.length / charsPerSlip) + 1
  }
  for (const word of words) {
    const slips = countSlips(key, buildKey(word))
    if (slips < best.slips) best = { word, slips }
    else if (slips === best.slips) best = { word: null, slips }
  }
  return best.word
}

/** `; did you mean air-strike? One of: …` for a value or a field outside its vocabulary. */
export function suggestWord(error: ErrorObject): string {
  const { keyword, data, parentSchema = {}, params, instancePath } = error
  const {
    properties = {},
    description = '',
    enum: listed = []
  } = parentSchema as {
    readonly [keyword: string]: unknown
    readonly description?: string
    readonly enum?: readonly unknown[]
  }
  if (keyword === 'additionalProperties')
    return formatQuestion(findMeant(params.additionalProperty, Object.keys(properties as object)))
  if (instancePath === '/source/id') return formatQuestion(formatSourceId(String(data)) || null)
  if (instancePath.endsWith('/country')) return formatQuestion(findCountry(data))
  const words = (/^\/tactics\/\d+$/.test(instancePath) ? tactics : listed).map(String)
  const question = formatQuestion(findMeant(data, words))
  if (words.every(word => description.includes(word))) return question
  return `${question === '' ? '; one of:' : `${question} One of:`} ${words.join(', ')}`
}

/** The code for a country's name or three-letter code, in any case; null if unknown. */
export function findCountry(text: unknown): string | null {
  if (typeof text !== 'string') return null
  const code = text.trim().toUpperCase()
  if (isCountryCode(code)) return code
  const known = countriesByOtherCode.get(code)
  if (known !== undefined) return known
  const name = findMeant(text, countryNames.values())
  return [...countryNames].find(([, each]) => each === name)?.[0] ?? null
}

function formatQuestion(meant: string | null): string {
  return meant === null ? '' : `; did you mean ${meant}?`
}

function buildKey(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/^the /, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** The number of letters to insert, leave out, replace, or swap with a neighbour. O(letters²). */
function countSlips(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const read = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = read(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwapped ? read(i - 2, j - 2) + 1 : replaced
      row.push(Math.min(replaced, swapped, read(i - 1, j) + 1, read(i, j - 1) + 1))
    }
  }
  return read(a.length, b.length)
}
