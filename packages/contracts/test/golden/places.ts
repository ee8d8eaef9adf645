// Places of good records, typed by the domain.

import { type Place, unknownPlace } from '@tocsin/domain/report/report'

export const dioura = {
  name: 'Dioura',
  country: 'ML',
  admin1: 'ML-5',
  statedAdmin1: 'ML-5',
  foundAdmin1: 'ML-5',
  lat: 14.8252,
  lon: -5.2547,
  radiusKm: 2,
  settlement: 'ML-5/dioura',
  settlementName: 'Dioura',
  resolution: 'stated',
  candidates: []
} satisfies Place

export const placeKnownWell = {
  ...dioura,
  contradiction: 'country',
  neighbours: ['BF-10', 'ML-4', 'ML-6'],
  precision: 'assumed',
  seat: 'admin2'
} satisfies Place

export const ambiguousPlace = {
  name: 'Kamona',
  country: 'ML',
  admin1: 'ML-4',
  statedAdmin1: 'ML-4',
  foundAdmin1: null,
  lat: 13.43,
  lon: -5.81,
  radiusKm: 64,
  settlement: null,
  settlementName: null,
  resolution: 'ambiguous',
  candidates: [
    { settlement: 'ML-4/kamona@14.0,-5.9', name: 'Kamona', country: 'ML', admin1: 'ML-4', lat: 13.9793, lon: -5.92 },
    { settlement: 'ML/kamona@12.9,-5.7', name: 'Kamona', country: 'ML', admin1: null, lat: 12.87356, lon: -5.70962 }
  ]
} satisfies Place

export const nowhere = { ...unknownPlace, name: 'Nowhere', country: 'ML' } satisfies Place
