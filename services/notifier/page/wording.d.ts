// Types of wording.js for the tests. The page itself is plain JavaScript.

import type { AlertState } from '@tocsin/domain/alert/alert'

export function learnNames(told: object): void
export function areaWords(code: string): string
export function countryWords(code: string): string
export function categoryWords(code: string): string
export function tacticWords(code: string): string
export function kindWords(incident: { readonly category: string; readonly tactics: readonly string[] }): string
export function credibilityWords(credibility: number): string
export function severityMark(severity: string): string
export function wrongClockWords(theatre: { readonly id: string; readonly now: string; readonly clockStanding: string }): string
export function isOpen(alert: Pick<AlertState, 'status'>): boolean
export function compareOpen(a: AlertState, b: AlertState): number
export function compareClosed(a: AlertState, b: AlertState): number
export function ageWords(ms: number): string
export function waitWords(ms: number): string
export function timeWords(iso: string): string
export function sinceWords(atMs: number, nowMs: number): string
export function dayWords(iso: string): string
export function withReadableTimes(sentence: string): string
export function windowWords(window: AlertState['window']): string
export function placeWords(alert: Pick<AlertState, 'group' | 'area'>): string
export function deathsWords(deaths: AlertState['fatalities']): string
export function holderWords(operator: Pick<AlertState['operator'], 'acknowledgedBy' | 'acknowledgedUntil' | 'assignedTo'>): string
export function eventName(type: string): string
export function eventWords(type: string): string
export function statusWords(status: string): string
interface Counted {
  readonly evidenceCount: { readonly triggers: number; readonly support: number }
}
export function evidenceCountOf(alert: Counted & Pick<AlertState, 'evidenceOmitted'>): number
export function changesBetween(before: (AlertState & Counted) | null, after: AlertState & Counted): string[]
export function measureWords(measure: AlertState['measure']): string
export function reasonWords(reason: string | null): string
export function precisionWords(place: object): string
export function otherPlacesWords(incident: { readonly place: object; readonly alsoAt?: readonly object[] }): string[]
