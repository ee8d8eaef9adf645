// Templates of an alert's words: `{name}` is a value, `{name:one|many}` chooses by its number.

import type { Language } from '../rules/definition.ts'
import { formatNumber, isSingular } from './formats.ts'

/** A text with the number that chooses between singular and plural. */
export interface CountedText {
  readonly text: string
  readonly number: number
}

export type TemplateValue = number | string | CountedText | readonly (number | string)[]

/** A value, or what makes it where a template has its name. */
export type LazyValue = TemplateValue | (() => TemplateValue)

const placeholder = /\{\s*([\w.]+)\s*(?::([^{}|]*)\|([^{}|]*))?\}/g

const near = 'near '
const endsNear = /\b(?:near|près de) $/i
const isFarther = /^(\d+ km) ([NSEW]{1,2}) of (.+)$/

type Part = string | Placeholder

interface Placeholder {
  readonly written: string
  readonly name: string
  /** A singular and a plural to choose from. */
  readonly choice: readonly [one: string, many: string] | null
}

const optional = /\[[^\]]*\]/g
const brackets = /[[\]]/g
/** The country of an area, or how far a settlement is. */
const inParentheses = / \([^()]*\)/g

export interface FittedText {
  readonly text: string
  /** All of it, if the text lacks a part. */
  readonly full: string | null
}

/**
 * Fills a template of at most `max` characters. What does not fit is left out: parts in brackets from
 * the last on, then what stands in parentheses, then the end.
 */
export function fitTemplate(
  template: string,
  values: Readonly<Record<string, LazyValue | undefined>>,
  language: Language,
  max: number
): FittedText {
  const fill = (text: string) => fillTemplate(text.replaceAll(brackets, ''), values, language)
  const full = fill(template)
  if (full.length <= max) return { text: full, full: null }
  let [text, rest] = [full, template]
  for (const part of [...template.matchAll(optional)].reverse()) {
    rest = rest.slice(0, part.index) + rest.slice(part.index + part[0].length)
    text = fill(rest)
    if (text.length <= max) return { text, full }
  }
  return { text: cutText(text.replaceAll(inParentheses, ''), max), full }
}

/** Ends with an ellipsis where it is cut, at a word if one ends near. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')
  const space = cut.lastIndexOf(' ')
  return `${(space > max / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:]+$/, '')}…`
}

const maxParsed = 4096
const parsed = new Map<string, readonly Part[]>()

/** Caches templates: each rule has few. */
function parseTemplate(template: string): readonly Part[] {
  const known = parsed.get(template)
  if (known !== undefined) return known
  const parts: Part[] = []
  let end = 0
  for (const match of template.matchAll(placeholder)) {
    const [written, name = '', one, many] = match
    if (match.index > end) parts.push(template.slice(end, match.index))
    const choice = one === undefined || many === undefined ? null : ([one, many] as const)
    parts.push({ written, name, choice })
    end = match.index + written.length
  }
  if (end < template.length) parts.push(template.slice(end))
  if (parsed.size === maxParsed) parsed.clear()
  parsed.set(template, parts)
  return parts
}

/** Fills a template. A name without a value stays as it is written, so that a reader sees it. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, LazyValue | undefined>>,
  language: Language
): string {
  let text = ''
  for (const part of parseTemplate(template)) {
    if (typeof part === 'string') text += part
    else text = join(text, fillPlaceholder(part, values[part.name], language), language)
  }
  return text
}

/**
 * A place without a name is "near X (3 km)" or "30 km NE of X": a template that ends with "near" needs
 * the rest of the one, and is shortened for the other.
 */
function join(text: string, filled: string, language: Language): string {
  if (!endsNear.test(text)) return text + filled
  if (filled.startsWith(near)) return text + filled.slice(near.length)
  const [, km, wind, name] = isFarther.exec(filled) ?? []
  if (name === undefined) return text + filled
  const french = `à ${km} ${wind!.replace('W', 'O')} de ${name}`
  return text.replace(endsNear, '') + (language === 'fr' ? french : filled)
}

function fillPlaceholder(
  { written, choice }: Placeholder,
  lazy: LazyValue | undefined,
  language: Language
): string {
  if (lazy === undefined) return written
  const value = typeof lazy === 'function' ? lazy() : lazy
  if (choice === null) return formatValue(value, language)
  return choice[isSingular(findNumber(value), language) ? 0 : 1]
}

/** The names that a template uses. */
export function listPlaceholders(template: string): readonly string[] {
  return [...new Set([...template.matchAll(placeholder)].map(([, name]) => name as string))]
}

function formatValue(value: TemplateValue, language: Language): string {
  if (typeof value === 'number') return formatNumber(value, language)
  if (typeof value === 'string') return value
  if ('text' in value) return value.text
  return value.map(item => formatValue(item, language)).join(', ')
}

function findNumber(value: TemplateValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'object' && 'number' in value) return value.number
  return Number(value)
}
