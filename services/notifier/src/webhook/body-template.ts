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
    const fault = findCallFault(run.ast, 0)
    if (fault !== null) return fault
    const { valid, error } = run.check()
    return valid ? null : `is no valid expression: ${summarize(error)}`
  } catch (error) {
    return `is no valid expression: ${summarize(error)}`
  }
}

/** A call that is not offered, or a loop within a loop. */
function findCallFault(node: ASTNode, loopsAround: number): string | null {
  if (node.op === 'value' || node.op === 'id') return null
  const [name] = node.args as readonly unknown[]
  const isLoop = node.op === 'rcall' && loops.has(name as string)
  if (isLoop && loopsAround > 0) return 'has a loop within a loop'
  if (node.op === 'call' && !functions.has(name as string))
    return `calls ${name}(); there are ${[...functions].join(', ')}`
  if (node.op === 'rcall' && !isLoop && !methods.has(name as string))
    return `calls ${name}(); there are ${[...methods, ...loops].join(', ')}`
  const growth = node.op === 'rcall' ? findGrowthFault(node.args, loopsAround) : null
  if (growth !== null) return growth
  for (const each of listNodes(node.args)) {
    const fault = findCallFault(each, loopsAround + Number(isLoop))
    if (fault !== null) return fault
  }
  return null
}

/** What would grow by a product of lengths: a text joined again, or one repeated for each element. */
function findGrowthFault(
  [name, receiver, given]: Extract<ASTNode, { readonly op: 'rcall' }>['args'],
  loopsAround: number
): string | null {
  if (name === 'map') return given.slice(1).some(namesEvent) ? 'reads event within map()' : null
  if (name !== 'split' && name !== 'join') return null
  if (loopsAround > 0) return `calls ${name}() within a loop`
  const [separator] = given
  if (separator !== undefined && separator.op !== 'value')
    return `calls ${name}() with a separator that is no plain text`
  const { length } = String(separator?.args ?? ',')
  if (length > separatorMax) return `calls ${name}() with more than ${separatorMax} characters`
  if (name === 'split' && length === 0) return 'calls split() with an empty separator'
  const repeated = name === 'split' ? ['split', 'join'] : ['join']
  return callsAnyOf(receiver, repeated) ? `calls ${name}() on what was split or joined` : null
}

function namesEvent(node: ASTNode): boolean {
  if (node.op === 'value') return false
  return node.op === 'id' ? node.args === 'event' : listNodes(node.args).some(namesEvent)
}

function callsAnyOf(node: ASTNode, names: readonly string[]): boolean {
  if (node.op === 'value' || node.op === 'id') return false
  if (node.op === 'rcall' && names.includes(node.args[0])) return true
  return listNodes(node.args).some(each => callsAnyOf(each, names))
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
