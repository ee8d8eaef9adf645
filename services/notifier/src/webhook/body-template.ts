// The body of a webhook in the owner's own form: a JSON object in which texts that begin with `=`
// are CEL expressions over `event`. Checked once, when the subscription is made; bounded in size
// and work, so that no event takes long to render. Pure.

import { type ASTNode, Environment } from '@marcbachmann/cel-js'

/** Expressions per template, characters per expression, depth and characters of the template. */
export const expressionsMax = 50
const expressionMax = 1_000
const templateDepthMax = 16
/** Expressions with a loop, and characters of a separator: their work is that of all elements. */
const loopingMax = 10
const separatorMax = 100
export const templateMax = 16_384
/** Characters of all values together; a value beyond them is null. */
const renderedMax = 262_144

export interface TemplateFault {
  /** JSON pointer within the template. */
  readonly pointer: string
  readonly detail: string
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Run = (values: { readonly event: unknown }) => unknown

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: 100,
    maxDepth: 20,
    maxListElements: 50,
    maxMapEntries: 50,
    maxCallArguments: 8
  }
})
environment.registerVariable('event', 'dyn')

const functions = new Set(['size', 'int', 'double', 'string', 'has'])
const loops = new Set(['exists', 'all', 'exists_one', 'filter', 'map'])
const looping = new RegExp(`\\b(?:${[...loops, 'split', 'join'].join('|')})\\b`)
const methods = new Set(
  'size startsWith endsWith contains lowerAscii upperAscii trim join split'.split(' ')
)

/** All faults of a template; empty if it may be used. */
export function findTemplateFaults(template: unknown): readonly TemplateFault[] {
  if (JSON.stringify(template).length > templateMax)
    return [{ pointer: '', detail: `must have at most ${templateMax} characters` }]
  const expressions = [...listExpressions(template, '', 0)]
  if (expressions.length > expressionsMax)
    return [{ pointer: '', detail: `must have at most ${expressionsMax} expressions` }]
  if (expressions.filter(({ text }) => text !== null && looping.test(text)).length > loopingMax)
    return [{ pointer: '', detail: `must have at most ${loopingMax} expressions with a loop` }]
  return expressions.flatMap(({ pointer, text }) => {
    const detail = text === null ? 'is nested too deeply' : findFault(text)
    return detail === null ? [] : [{ pointer, detail }]
  })
}

/**
 * The body for an event. An expression that fails, such as one that reads what an event lacks, is
 * null: an alert must not wait for it. Never throws for a template without faults.
 */
export function renderTemplate(template: unknown, event: unknown): string {
  const state = { left: renderedMax }
  const render = (node: unknown): Json => {
    if (typeof node === 'string') return isExpression(node) ? evaluate(node, event, state) : node
    if (Array.isArray(node)) return node.map(render)
    if (typeof node !== 'object' || node === null) return node as Json
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, render(each)]))
  }
  return JSON.stringify(render(template))
}

const isExpression = (text: string): boolean => text.startsWith('=')

function* listExpressions(
  node: unknown,
  pointer: string,
  depth: number
): Iterable<{ readonly pointer: string; readonly text: string | null }> {
  if (depth > templateDepthMax) yield { pointer, text: null }
  else if (typeof node === 'string') {
    if (isExpression(node)) yield { pointer, text: node.slice(1) }
  } else if (typeof node === 'object' && node !== null)
    for (const [name, each] of Object.entries(node)) {
      const token = name.replaceAll('~', '~0').replaceAll('/', '~1')
      yield* listExpressions(each, `${pointer}/${token}`, depth + 1)
    }
}

function findFault(text: string): string | null {
  if (text.length > expressionMax) return `must have at most ${expressionMax} characters`
  try {
    const run = environment.parse(text)
    const fault = listFaults(run.ast).next().value
    if (fault !== undefined) return fault
    const { valid, error } = run.check()
    return valid ? null : `is no valid expression: ${summarize(error)}`
  } catch (error) {
    return `is no valid expression: ${summarize(error)}`
  }
}

/**
 * Calls that are not offered; and what would grow by a product of lengths: a loop within a loop, a
 * text joined again, or one repeated for each element.
 */
function* listFaults(node: ASTNode, isInLoop = false): Generator<string, undefined> {
  if (node.op === 'value' || node.op === 'id') return
  const [name, receiver, given = []] = node.op === 'rcall' ? node.args : []
  if (node.op === 'call' && !functions.has(node.args[0]))
    yield `calls ${node.args[0]}(); there are ${[...functions].join(', ')}`
  const isLoop = loops.has(name ?? '')
  if (isLoop && isInLoop) yield 'has a loop within a loop'
  if (name !== undefined && !isLoop && !methods.has(name))
    yield `calls ${name}(); there are ${[...methods, ...loops].join(', ')}`
  if (name === 'map' && given.slice(1).flatMap(listAll).some(isEvent))
    yield 'reads event within map()'
  if (name === 'split' || name === 'join') {
    const [separator = null] = given
    const text = separator?.op === 'value' ? String(separator.args) : ','
    if (isInLoop) yield `calls ${name}() within a loop`
    if (separator !== null && separator.op !== 'value')
      yield `calls ${name}() with a separator that is no plain text`
    if (text.length > separatorMax)
      yield `calls ${name}() with more than ${separatorMax} characters`
    if (name === 'split' && text === '') yield 'calls split() with an empty separator'
    const repeated: readonly unknown[] = name === 'split' ? ['split', 'join'] : ['join']
    if (listAll(receiver).some(each => each.op === 'rcall' && repeated.includes(each.args[0])))
      yield `calls ${name}() on what was split or joined`
  }
  for (const each of listNodes(node.args)) yield* listFaults(each, isInLoop || isLoop)
}

const isEvent = (node: ASTNode) => node.op === 'id' && node.args === 'event'

/** All nodes in a value. */
function listAll(value: unknown): readonly ASTNode[] {
  return listNodes(value).flatMap(node => [node, ...listAll(node.args)])
}

function listNodes(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(listNodes)
  const isNode = typeof value === 'object' && value !== null && 'op' in value
  return isNode ? [value as ASTNode] : []
}

/** Parsed expressions by their text: a few for each subscription. */
const parsed = new Map<string, Run>()
const parsedMax = 1_000

function evaluate(text: string, event: unknown, state: { left: number }): Json {
  try {
    const run = parsed.get(text) ?? (environment.parse(text.slice(1)) as Run)
    if (parsed.size < parsedMax) parsed.set(text, run)
    const value = toJson(run({ event }))
    const { length } = JSON.stringify(value)
    if (length > state.left) return null
    state.left -= length
    return value
  } catch {
    // What the event lacks has no value.
    return null
  }
}

/** CEL has integers of 64 bits, and maps. */
function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Map) return toJson(Object.fromEntries(value))
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]))
}

function summarize(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be read'
  return (error as { readonly summary?: string }).summary ?? error.message
}
