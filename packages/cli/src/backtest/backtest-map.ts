// The drawings of report.html: a week a column and a rule a row, and alerts over the borders of their
// countries. Each leads to the alert in the list below. Pure.

import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import type { Outline } from '@tocsin/gazetteer/area/country-outlines'
import { formatText } from '@tocsin/service/http/plain-page'
import { type BacktestAlert, compareRaised } from './backtest-alerts.ts'
import { computeWeekNumber } from './figure-math.ts'

const weekMs = 7 * 86_400_000
/** The Monday of the week in which the epoch is. */
const mondayMs = -3 * 86_400_000
const weeksOfYear = 53
const mapWidth = 960
const thousandths = 1_000
/** Borders below it are not seen, px. */
const leastStep = 0.6

/** Where the list of alerts has one. */
export function nameAnchor({ alertId }: BacktestAlert): string {
  return `a-${alertId.replaceAll(/[^\w-]/g, '_')}`
}

/** A table a year: rules down, weeks across, the number of alerts raised in each. */
export function drawWeeks(told: readonly BacktestAlert[]): string {
  const years = Map.groupBy(told, ({ atMs }) => formatTime(computeMonday(atMs)).slice(0, 4))
  const rules = [...new Set(told.map(({ ruleId }) => ruleId))].sort()
  return [...years]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([year, alerts]) => {
      const cells = Map.groupBy(alerts, alert => `${alert.ruleId} ${computeWeek(alert.atMs, year)}`)
      const rows = rules.map(rule => {
        const weeks = Array.from({ length: weeksOfYear }, (_, week) =>
          drawCell(cells.get(`${rule} ${week}`) ?? [])
        )
        return `<tr><th scope="row">${formatText(rule)}</th>${weeks.join('')}</tr>`
      })
      const caption = `${year}: alerts of which people were notified, a column a week`
      return `<div class="wide"><table class="weeks"><caption>${caption}</caption>${rows.join('\n')}</table></div>`
    })
    .join('\n')
}

function computeMonday(ms: number): number {
  return computeWeekNumber(ms) * weekMs + mondayMs
}

function computeWeek(ms: number, year: string): number {
  return computeWeekNumber(ms) - computeWeekNumber(Date.UTC(Number(year), 0, 1) + weekMs - 1)
}

function drawCell(alerts: readonly BacktestAlert[]): string {
  const [first] = alerts.toSorted(compareRaised)
  if (first === undefined) return '<td></td>'
  const gravest = alerts.reduce((most, { severity }) => Math.max(most, computeRank(severity)), 0)
  const title = `${formatTime(computeMonday(first.atMs)).slice(0, 10)}: ${first.headline}`
  return `<td class="s${gravest}"><a href="#${nameAnchor(first)}" title="${formatText(title)}">${alerts.length}</a></td>`
}

function computeRank(severity: string): number {
  return severities.indexOf(severity as Severity)
}

/** Null: no alert has a place. */
export function drawMap(
  told: readonly BacktestAlert[],
  outlines: readonly Outline[]
): string | null {
  const placed = told.flatMap(alert => (alert.circle === null ? [] : [{ alert, at: alert.circle }]))
  if (placed.length === 0) return null
  const lats = placed.map(({ at: [lat] }) => lat)
  const lons = placed.map(({ at: [, lon] }) => lon)
  const margin = 1
  const [west, east] = [findLeast(lons) - margin, findMost(lons) + margin]
  const [south, north] = [findLeast(lats) - margin, findMost(lats) + margin]
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = mapWidth / ((east - west) * shrink)
  const x = (lon: number) => (lon - west) * shrink * scale
  const y = (lat: number) => (north - lat) * scale
  const borders = outlines.map(ring => drawRing(ring, x, y)).join('')
  const marks = placed.map(({ alert, at: [lat, lon] }) => {
    const rank = computeRank(alert.severity)
    const place = `cx="${x(lon).toFixed(1)}" cy="${y(lat).toFixed(1)}" r="${3 + rank}"`
    return `<a href="#${nameAnchor(alert)}"><circle class="s${rank}" ${place}><title>${formatText(alert.headline)}</title></circle></a>`
  })
  const high = Math.ceil((north - south) * scale)
  return `<svg class="map" viewBox="0 0 ${mapWidth} ${high}" role="img" aria-label="Map of ${placed.length} alerts"><path d="${borders}"/>${marks.join('\n')}</svg>`
}

function drawRing(ring: Outline, x: (lon: number) => number, y: (lat: number) => number): string {
  let path = ''
  let last: readonly [number, number] | null = null
  for (const [lon, lat] of ring) {
    const at = [x(lon / thousandths), y(lat / thousandths)] as const
    if (last !== null && Math.hypot(at[0] - last[0], at[1] - last[1]) < leastStep) continue
    path += `${last === null ? 'M' : 'L'}${at[0].toFixed(1)} ${at[1].toFixed(1)}`
    last = at
  }
  return `${path}Z`
}

function findLeast(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
}

function findMost(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), Number.NEGATIVE_INFINITY)
}
