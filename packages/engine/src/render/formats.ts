// Numbers and dates for people, by language. Written out here, so that every version of Node and
// every browser makes the same text.

import type { Language } from '../rules/definition.ts'

const months: Readonly<Record<Language, readonly string[]>> = {
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  fr: 'janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.'.split(' ')
}
const groupMark: Readonly<Record<Language, string>> = { en: ',', fr: '\u202f' }
const decimalMark: Readonly<Record<Language, string>> = { en: '.', fr: ',' }

const shownDigits = 3

/** A number with thousands grouped; a fraction has three digits at most. */
export function formatNumber(value: number, language: Language): string {
  if (Number.isInteger(value) && value >= 0 && value < 10 ** shownDigits) return String(value)
  const shown = Number.isInteger(value) ? value : Number(value.toPrecision(shownDigits))
  const rounded = Math.abs(value) >= 10 ** shownDigits ? Math.round(value) : shown
  const [whole = '', fraction] = String(rounded).split('.')
  const isLong = whole.length > shownDigits
  const grouped = isLong ? whole.replace(/\B(?=(\d{3})+$)/g, groupMark[language]) : whole
  return fraction === undefined ? grouped : `${grouped}${decimalMark[language]}${fraction}`
}

const maxDates = 4096
const dates: Readonly<Record<Language, Map<string, string>>> = { en: new Map(), fr: new Map() }

/** A day (`YYYY-MM-DD`) as people write it. Caches days: many alerts name one. */
export function formatDate(day: string, language: Language): string {
  const known = dates[language].get(day)
  if (known !== undefined) return known
  const text = writeDate(day, language)
  if (dates[language].size === maxDates) dates[language].clear()
  dates[language].set(day, text)
  return text
}

function writeDate(day: string, language: Language): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const ordinal = language === 'fr' && date === 1 ? '1er' : String(date)
  return `${ordinal} ${months[language][month - 1]} ${year}`
}

/** True if a language uses the singular for a number: in French also for 0 and 1.5. */
export function isSingular(value: number, language: Language): boolean {
  return language === 'fr' ? Math.abs(value) < 2 : Math.abs(value) === 1
}

const daysOfYear = 365.25
const spanWords: Readonly<Record<Language, readonly string[]>> = {
  en: ['hour', 'hours', 'day', 'days', 'month', 'months', 'years', 'more than 20 years'],
  fr: ['heure', 'heures', 'jour', 'jours', 'mois', 'mois', 'ans', 'plus de 20 ans']
}

/** A span of years as people say it: `7 hours`, `45 days`, `8 months`, `2.3 years`. */
export function formatSpan(years: number, language: Language): string {
  const [hour, hours, day, days, month, months, yearsWord, longest] = spanWords[language]
  const count = (value: number, one?: string, many?: string) =>
    `${formatNumber(value, language)} ${isSingular(value, language) ? one : many}`
  const inDays = years * daysOfYear
  if (inDays < 2) return count(Math.max(1, Math.round(inDays * 24)), hour, hours)
  if (years < 0.5) return count(Math.round(inDays), day, days)
  if (years < 1.95) return count(Math.round(years * 12), month, months)
  return years < 20 ? count(Math.round(years * 10) / 10, yearsWord, yearsWord) : longest!
}
