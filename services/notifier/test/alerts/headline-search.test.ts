// Words sought in headlines: as names of places are compared.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldHeadline, readSought } from '../../src/alerts/headline-search.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const has = (sought: string, headline: string) =>
  readSought(sought)?.every(word => foldHeadline(headline).includes(word))

describe('words that are sought in a headline', () => {
  it.each([
    ['menaka', 'Attacks cluster near Ménaka'],
    ['MÉNAKA', 'attacks cluster near menaka'],
    ['menaka', 'Attacks cluster near Me\u0301naka'],
    ['kore', 'A siege of Kɔrɛ'],
    ['coeur', 'Cœur'],
    ['ngouma', "5 attacks at N'Gouma"],
    ['tin essako', 'Front: Tin-Essako'],
    ['essako tin', 'Front: Tin-Essako'],
    ['مالي', 'هجوم في مالي'],
    ['14 ans', 'Ansongo, 3 in 14 days']
  ])('finds %s in %s', (sought, headline) => {
    expect(has(sought, headline)).toBe(true)
  })

  it('finds none of which one word is not there', () => {
    expect(has('menaka gao', 'Attacks cluster near Ménaka')).toBe(false)
    expect(has('gao', 'Attacks cluster near Ménaka')).toBe(false)
  })

  it('is not asked without a letter or a digit, and takes no sign for a pattern', () => {
    for (const text of ['', ' ', '!?', '.*', "'"]) expect(readSought(text)).toBeNull()
    expect(has('a.c', 'ab')).toBe(false)
    expect(has('[ab]+c', 'xc')).toBe(false)
  })

  const latin = fc.integer({ min: 0, max: 0x36f }).map(code => String.fromCodePoint(code))
  it.each([
    ['any script', fc.string({ unit: anyCharacter, maxLength: 100 })],
    ['Latin', fc.string({ unit: latin, maxLength: 100 })]
  ])('finds each text in itself, whatever is written in it (%s)', (_, texts) => {
    fc.assert(
      fc.property(texts, text => {
        expect(has(text, text) ?? true).toBe(true)
      }),
      { numRuns: 1_000 }
    )
  })
})
