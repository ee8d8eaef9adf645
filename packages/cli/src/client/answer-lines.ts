// Answers of the API as lines for people: a table for a list, a line for each member of an object.
// Pure.

import { formatTable } from '../terminal/table.ts'
import type { Item } from './context.ts'

/** Longest cell of a table, and longest list or object in a fact, characters: `--json` has all. */
const cellMax = 60
const partMax = 200

/** A list as a table with a column for each member; anything else as facts. */
export function formatAnswer(answer: unknown): readonly string[] {
  const { items, next: _next, ...others } = (answer ?? {}) as { readonly items?: unknown } & Item
  if (!Array.isArray(items) || !items.every(isItem)) return formatFacts(shortenParts(answer))
  const columns = [...new Set(items.flatMap(item => Object.keys(item)))]
  const rows = items.map(item => columns.map(column => shorten(formatCell(item[column]), cellMax)))
  const facts = Object.keys(others).length === 0 ? [] : formatFacts(shortenParts(others))
  return [...facts, ...formatTable(columns, rows)]
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Texts stay whole: one may be a secret that is shown once. */
function shortenParts(answer: unknown): unknown {
  if (!isItem(answer)) return answer
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : shorten(formatCell(value), partMax)
    ])
  )
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`
}

/** `name: value` for each member of an answer; `done` if it is empty. */
export function formatFacts(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null) return ['done']
  return Object.entries(answer as Item).map(([name, value]) => `${name}: ${formatCell(value)}`)
}

export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '-'
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value.join(',')
  if (isAuthor(value)) return value.name === value.id ? value.id : `${value.name} (${value.id})`
  if (isSubscriber(value))
    return [value.by, value.contact].filter(each => each !== null).join(', ') || '-'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The subscription's id has its column already. */
function isSubscriber(
  value: unknown
): value is { readonly by: string | null; readonly contact: string | null } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).sort().join() === 'by,contact,subscriptionId'
  )
}

function isAuthor(value: unknown): value is { readonly id: string; readonly name: string } {
  return (
    typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'id,name'
  )
}
