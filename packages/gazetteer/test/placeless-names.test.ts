// Words in the place of a name that name no place: they are no settlement that reports from all
// over an area would share.

import { describe, expect, it } from 'vitest'
import { classifyPlaceless } from '../src/name/placeless-names.ts'
import { resolve } from './world.ts'

const inSomali = { country: 'ET', lat: 6.2, lon: 43.5, radiusKm: 1 }

describe('a name that names no place', () => {
  it.each([
    'N/A',
    ' n.a. ',
    '-',
    '--',
    '?',
    '(unknown)',
    'UNKNOWN',
    'Rural  area',
    'Zone rurale',
    'غير معروف',
    'Localité inconnue'
  ])('is no name: %s', name => {
    expect(resolve({ ...inSomali, name })).toEqual(resolve(inSomali))
    expect(resolve({ country: 'ET', name })).toEqual(resolve({ country: 'ET' }))
    expect(resolve({ country: 'ET', name }).name).toBeNull()
  })

  it('is a name where a settlement bears it', () => {
    expect(classifyPlaceless('None')).toEqual({ mayBeName: true })
    expect(resolve({ name: 'None', country: 'IT' })).toMatchObject({
      name: 'None',
      settlementName: 'None'
    })
    expect(resolve({ name: 'None', country: 'ET' }).name).toBeNull()
  })

  it('is nothing but these words: others may be a village', () => {
    for (const name of [
      'Na',
      'Nani',
      'Unknown village near Gode',
      'Rural area of Gode',
      'A2 highway',
      'Various Hills'
    ])
      expect(classifyPlaceless(name)).toBeNull()
  })
})
