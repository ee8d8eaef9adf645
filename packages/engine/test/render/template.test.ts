// Templates, numbers and dates, by language.

import { describe, expect, it } from 'vitest'
import { formatDate, formatNumber } from '../../src/render/formats.ts'
import { fillTemplate, listPlaceholders } from '../../src/render/template.ts'
import { fixedWords } from '../../src/render/words.ts'

describe('a template', () => {
  it('takes values, lists and the plural of its language', () => {
    const template = '{n} {n:attack|attacks}, {list}, {text:death|deaths}'
    const values = { list: [30, 1200], text: { text: 'at least 2', number: 2 } }
    expect(fillTemplate(template, { ...values, n: 1 }, 'en')).toBe('1 attack, 30, 1,200, deaths')
    expect(fillTemplate('{n:attaque|attaques}', { n: 0 }, 'fr')).toBe('attaque')
    expect(fillTemplate('{n:attack|attacks}', { n: 0 }, 'en')).toBe('attacks')
    expect(fillTemplate('{n:attaque|attaques}', { n: 2 }, 'fr')).toBe('attaques')
  })

  it('does not say twice that a place is near', () => {
    const area = 'near Diosso (3 km)'
    expect(fillTemplate('Attacks near {area}', { area }, 'en')).toBe('Attacks near Diosso (3 km)')
    expect(fillTemplate('près de {area}', { area }, 'fr')).toBe('près de Diosso (3 km)')
    expect(fillTemplate('{area}: attacks', { area }, 'en')).toBe('near Diosso (3 km): attacks')
  })

  it('does not say that a place is near what it is kilometres from', () => {
    const area = '30 km NW of Bougouni'
    expect(fillTemplate('3 attacks near {area}', { area }, 'en')).toBe(
      '3 attacks 30 km NW of Bougouni'
    )
    expect(fillTemplate('3 attaques près de {area}', { area }, 'fr')).toBe(
      '3 attaques à 30 km NO de Bougouni'
    )
  })

  it('shows a name that it does not know', () => {
    expect(fillTemplate('{a} {b:x|y}', {}, 'en')).toBe('{a} {b:x|y}')
    expect(listPlaceholders('{a} {b:x|y} {a}')).toEqual(['a', 'b'])
  })

  it('has the same names in each language', () => {
    for (const [name, text] of Object.entries(fixedWords.en))
      expect(listPlaceholders(fixedWords.fr[name as keyof typeof fixedWords.fr]), name).toEqual(
        listPlaceholders(text)
      )
  })
})

it('writes numbers as the language does', () => {
  expect([0, 0.3712, 12.3456, 999.4, 1234567, -1234].map(n => formatNumber(n, 'en'))).toEqual([
    ...['0', '0.371', '12.3', '999', '1,234,567', '-1,234']
  ])
  expect([1234567, 12.3456].map(n => formatNumber(n, 'fr'))).toEqual([
    '1\u202f234\u202f567',
    '12,3'
  ])
})

it('writes dates as the language does', () => {
  expect(formatDate('2025-08-01', 'en')).toBe('1 Aug 2025')
  expect(formatDate('2025-08-01', 'fr')).toBe('1er août 2025')
  expect(formatDate('2025-12-31', 'fr')).toBe('31 déc. 2025')
})
