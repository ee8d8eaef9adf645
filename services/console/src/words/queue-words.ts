// A heading of the queue in words. Pure but for the names of codes.

import { areaWords, countryWords } from './code-names.ts'
import { words } from './words.ts'

const codesShown = 3

/** `by` as in the address, `key` as the queue groups by it. */
export function groupWords(by: string, key: string): string {
  switch (by) {
    case 'country':
      return codesWords(key, countryWords)
    case 'area':
      return codesWords(key, areaWords)
    case 'severity':
      return Object.hasOwn(words.severities, key)
        ? words.severities[key as keyof typeof words.severities]
        : key
    case 'owner':
      return key === '' ? words.holder.nobody : key
    default:
      return key
  }
}

function codesWords(key: string, wordsOf: (code: string) => string): string {
  if (key === '') return words.queueWork.noArea
  const codes = key.split(',')
  const more = codes.length > codesShown ? [words.place.more(codes.length - codesShown)] : []
  return [...codes.slice(0, codesShown).map(wordsOf), ...more].join(' · ')
}
