// Areas that changed since the map was drawn: split, merged, or under another code.

import { describe, expect, it } from 'vitest'
import { gazetteer, resolve } from './world.ts'

describe('a settlement of a split area', () => {
  it.each([
    ['Bunia', 'CD', 'CD-IT', 'CD-OR'],
    ['Lodwar', 'KE', 'KE-43', 'KE-700'],
    ['Kalemie', 'CD', 'CD-TA', 'CD-KA'],
    ['Kananga', 'CD', 'CD-KC', 'CD-KW'],
    ['Garissa', 'KE', 'KE-07', 'KE-500'],
    ['Rundu', 'NA', 'NA-KE', 'NA-OK']
  ])(
    '%s, %s, is in %s, and is found by that code and by the old one',
    (name, country, code, old) => {
      for (const admin1 of [code, old, null]) {
        const place = resolve({ name, country, admin1 })
        expect(place).toMatchObject({
          admin1: code,
          statedAdmin1: admin1,
          foundAdmin1: code,
          resolution: 'gazetteer'
        })
        expect(place.settlement).toBe(`${code}/${name.toLowerCase()}`)
      }
    }
  )
})

describe('a settlement that lies in several parts of a split area', () => {
  it('is in none of them by its name, and in the stated one', () => {
    const city = { name: 'Nouakchott', country: 'MR' }
    expect(resolve(city)).toMatchObject({
      admin1: null,
      foundAdmin1: 'MR-NKC',
      settlement: 'MR-NKC/nouakchott'
    })
    expect(resolve({ ...city, admin1: 'MR-15' })).toMatchObject({
      admin1: 'MR-15',
      settlement: 'MR-NKC/nouakchott'
    })
  })
})

describe('current areas', () => {
  it.each([
    ['Qabāţīyah', 'PS', 'PS-JEN'],
    ['Hebron', 'PS', 'PS-HBN'],
    ['Yuta', 'PS', 'PS-HBN'],
    ['Barira', 'PH', 'PH-MGN'],
    ['Datu Piang', 'PH', 'PH-MGS'],
    ['Casablanca', 'MA', 'MA-06'],
    ['Errachidia', 'MA', 'MA-08'],
    ['Midelt', 'MA', 'MA-08'],
    ['Oujda', 'MA', 'MA-02'],
    ['Sidi Ifni', 'MA', 'MA-10'],
    ['Almaty', 'KZ', 'KZ-75'],
    ['Semey', 'KZ', 'KZ-10'],
    ['Mashhad', 'IR', 'IR-09'],
    ['Zalingei', 'SD', 'SD-DC'],
    ['El Daein', 'SD', 'SD-DE'],
    ['Al Mijlad', 'SD', 'SD-GK'],
    ['Nili', 'AF', 'AF-DAY'],
    ['Bāzārak', 'AF', 'AF-PAN'],
    ['Wamena', 'ID', 'ID-PE'],
    ['Techiman', 'GH', 'GH-BE'],
    ['Baalbek', 'LB', 'LB-BH'],
    ['Nay Pyi Taw', 'MM', 'MM-18']
  ])('%s, %s, is in %s', (name, country, code) => {
    expect(resolve({ name, country })).toMatchObject({
      admin1: code,
      foundAdmin1: code,
      resolution: 'gazetteer'
    })
  })

  it.each([
    [33.57, -7.6, 'MA-06', 'Casablanca'],
    [34.03, -6.83, 'MA-04', 'Rabat'],
    [31.93, -4.42, 'MA-08', 'Errachidia'],
    [30.42, -9.6, 'MA-09', 'Agadir'],
    [33.9, -5.55, 'MA-03', 'Meknès'],
    [31.53, 35.1, 'PS-HBN', 'Hebron'],
    [6.86, 124.44, 'PH-MGS', 'Shariff Aguak'],
    [7.37, 124.27, 'PH-MGN', 'Parang'],
    [18.1, -15.99, 'MR-13', 'Tevragh Zeina'],
    [18.04, -15.97, 'MR-15', 'Arafat'],
    [19.57, 5.77, 'DZ-54', 'In Guezzam'],
    [21.33, 0.95, 'DZ-50', 'Bordj Badji Mokhtar'],
    [-8.49, 140.4, 'ID-PS', 'Merauke'],
    [35.31, 69.51, 'AF-PAN', 'Bazarak'],
    [35.83, 50.99, 'IR-30', 'Karaj'],
    [-9.93, 33.93, 'MW-KR', 'Karonga']
  ])('%f,%f is in %s (%s)', (lat, lon, code) => {
    expect(resolve({ lat, lon }).admin1).toBe(code)
    expect(gazetteer.reverse({ lat, lon }).admin1).toBe(code)
  })

  it('are unknown where two parts are equally near, and a reassigned old number is never returned', () => {
    const betweenSafiAndOualidia = { lat: 32.5, lon: -9.15 }
    expect(resolve(betweenSafiAndOualidia)).toMatchObject({
      country: 'MA',
      admin1: null,
      foundAdmin1: null
    })
    expect(gazetteer.reverse(betweenSafiAndOualidia)).toMatchObject({
      admin1: null,
      admin1Name: 'Doukkala - Abda'
    })
    expect(resolve({ country: 'MA', ...betweenSafiAndOualidia, admin1: 'MA-07' }).admin1).toBe(
      'MA-07'
    )
  })
})

describe('a point of a split area', () => {
  const mambasa = { country: 'CD', lat: 1.36, lon: 29.05 }

  it('is in the part of the nearest settlement if that is unambiguous', () => {
    expect(resolve({ lat: 1.92, lon: 30.5 })).toMatchObject({
      country: 'CD',
      admin1: 'CD-IT',
      foundAdmin1: 'CD-IT'
    })
    expect(resolve({ lat: 4.2, lon: 34.35 })).toMatchObject({
      country: 'KE',
      admin1: 'KE-43',
      foundAdmin1: 'KE-43'
    })
  })

  it('is in no area otherwise, and the map’s code is kept', () => {
    expect(resolve(mambasa)).toMatchObject({ admin1: null, foundAdmin1: 'CD-OR' })
    expect(resolve({ name: 'Mambasa', ...mambasa })).toMatchObject({
      admin1: null,
      settlement: 'CD/mambasa@1.4,29.1'
    })
    expect(resolve({ ...mambasa, admin1: 'CD-IT' })).toMatchObject({
      admin1: 'CD-IT',
      foundAdmin1: 'CD-OR'
    })
  })

  it('is in no area if an old code is stated and the successor is unknown, and the stated code is kept', () => {
    const expected = { country: 'CD', admin1: null, statedAdmin1: 'CD-OR' }
    expect(resolve({ ...mambasa, admin1: 'CD-OR' })).toMatchObject(expected)
    const named = { name: 'Mambasa', ...mambasa }
    expect(resolve({ ...named, admin1: 'CD-OR' }).settlement).toBe(resolve(named).settlement)
    expect(resolve({ name: 'Nulle Part', country: 'CD', admin1: 'CD-OR' })).toMatchObject(expected)
    expect(
      resolve({ country: 'CD', lat: 1.56, lon: 30.25, radiusKm: 150, admin1: 'CD-OR' })
    ).toMatchObject(expected)
  })
})

describe('names and codes of areas that changed', () => {
  it.each([
    ['KE-700', 'KE', 'KE-700'],
    ['Turkana', 'KE', 'KE-43'],
    ['Nairobi', 'KE', 'KE-30'],
    ['KE-110', 'KE', 'KE-30'],
    ['MX-DIF', 'MX', 'MX-CMX'],
    ['Haut-Sassandra', 'CI', 'CI-SM'],
    ['KZ-AKT', 'KZ', 'KZ-15'],
    ['Bagmati', 'NP', 'NP-P3'],
    ['Lumbini', 'NP', 'NP-P5'],
    ['Hordaland', 'NO', 'NO-46']
  ])('%s in %s is %s', (name, country, code) => {
    expect(gazetteer.findAdmin1(name, country)).toEqual({ kind: 'known', code })
  })

  it.each([
    [19.43, -99.13, 'MX-CMX'],
    [60.39, 5.32, 'NO-46'],
    [6.88, -6.45, 'CI-SM'],
    [-1.2864, 36.8172, 'KE-30'],
    [27.7, 85.32, 'NP-P3']
  ])('%f,%f is in %s', (lat, lon, code) => {
    expect(gazetteer.reverse({ lat, lon }).admin1).toBe(code)
  })
})
