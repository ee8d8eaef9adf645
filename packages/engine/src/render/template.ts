// Templates of an alert's words: `{name}` is a value, `{name:one|many}` chooses by its number.

import type { Language } from '../rules/definition.ts'
import { formatNumber, isSingular } from './formats.ts'

/** A text with the number that chooses between singular and plural. */
export interface CountedText {
  readonly text: string
  readonly number: number
}

export type TemplateValue = number | string | CountedText | readonly (number | string)[]

const placeholder = /\{\s*([\w.]+)\s*(?::([^{}|]*)\|([^{}|]*))?\}/g

/** Fills a template. A name without a value stays as it is written, so that a reader sees it. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, TemplateValue | undefined>>,
  language: Language
): string {
  return template.replace(placeholder, (written, name: string, one?: string, many?: string) => {
    const value = values[name]
    if (value === undefined) return written
    if (one === undefined || many === undefined) return formatValue(value, language)
    return isSingular(findNumber(value), language) ? one : many
  })
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
