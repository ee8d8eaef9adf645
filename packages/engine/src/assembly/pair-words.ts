// Why two reports describe the same incident, in words, without private data.

import { computeDistanceKm } from '../data/distance.ts'
import { haveCommon } from '../data/interning.ts'
import { isSameSettlement } from '../data/join-fields.ts'
import type { Reports } from '../data/reports.ts'
import { getCategoryName } from '../data/vocabulary.ts'
import {
  canMean,
  compareDays,
  isCopy,
  isJoinedByDetail,
  scorePlacePair,
  scorePlaces
} from './pair-score.ts'

export function explainPair(reports: Reports, a: number, b: number): string {
  if (isCopy(reports, a, b)) return 'copies of one text'
  return [
    explainPlaces(reports, a, b),
    explainDays(reports, a, b),
    explainCategories(reports, a, b),
    explainActors(reports, a, b),
    isJoinedByDetail(reports, a, b) ? 'the same number of dead' : ''
  ]
    .filter(words => words !== '')
    .join(', ')
}

function explainPlaces(reports: Reports, a: number, b: number): string {
  const [x, y] = [reports.getPlace(a), reports.getPlace(b)]
  if (isSameSettlement(x, y)) return 'same settlement'
  if (canMean(x, y) || canMean(y, x)) return 'a settlement that the name may mean'
  if (scorePlaces(reports, a, b) > scorePlacePair(x, y)) return 'a place in common'
  if (Number.isNaN(x.lat) || Number.isNaN(y.lat)) return 'same name of a place'
  return `${Math.round(computeDistanceKm(x.lat, x.lon, y.lat, y.lon))} km apart`
}

function explainDays(reports: Reports, a: number, b: number): string {
  const { common, longest } = compareDays(reports, a, b)
  if (common <= 0) return 'one day apart'
  return longest === 1 ? 'same day' : 'days in common'
}

function explainCategories({ columns }: Reports, a: number, b: number): string {
  const [x, y] = [columns.category[a]!, columns.category[b]!].map(getCategoryName).sort()
  return x === y ? `both ${x}` : `${x} and ${y}`
}

function explainActors(reports: Reports, a: number, b: number): string {
  const [x, y] = [reports.getPerpetrators(a), reports.getPerpetrators(b)]
  if (x.length === 0 || y.length === 0) return ''
  return haveCommon(x, y) ? 'a perpetrator in common' : 'other perpetrators'
}
