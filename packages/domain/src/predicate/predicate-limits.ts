// Limits of predicates: allowed operations, depth, and the maximum work of one evaluation. Checked
// once, at compilation, from the syntax tree: a predicate that passes cannot run long, whatever the
// incident.

import type { ASTNode } from '@marcbachmann/cel-js'
import { listMax, predicateVariables } from './incident-variables.ts'

/** Maximum number of characters of a predicate. */
export const textMax = 2000
/** Maximum number of nodes, and depth, of its syntax tree. */
export const nodesMax = 300
export const depthMax = 40
/** Maximum number of entries of a list literal. */
export const listElementsMax = 100
/**
 * Maximum number of steps of one evaluation, with loops over lists at their maximum: a millisecond
 * or two.
 */
export const stepsMax = 20_000

export interface PredicateError {
  /** In plain words. */
  readonly message: string
  /** In the predicate's own text; both from 1. */
  readonly line: number
  readonly column: number
}

export interface LimitFault {
  readonly message: string
  readonly start: number
}

/** What a name in the text refers to: a variable, or an entry of a variable within a loop. */
type Names = ReadonlyMap<string, string>

const functions = new Set(['size', 'int', 'double', 'string'])
const methods = new Set(['size', 'startsWith', 'endsWith', 'contains', 'lowerAscii'])
const loops = new Set(['exists', 'all', 'exists_one', 'filter'])
const compared = new Set(['==', '!=', 'in'])
const ownNames: Names = new Map(Object.keys(predicateVariables).map(name => [name, name]))

/** All limits that a tree exceeds; empty if it may run. Pure. */
export function faultsOf(ast: ASTNode): LimitFault[] {
  const faults: LimitFault[] = []
  const steps = stepsOf(ast, ownNames, faults)
  if (faults.length === 0 && steps > stepsMax) {
    faults.push({
      message: `it is too much work: up to ${steps} steps for one incident, ${stepsMax} are allowed`,
      start: 0
    })
  }
  return faults
}

/**
 * Faults found only after type checking: divisions by a possible zero that would give infinity
 * silently (integer divisions fail by themselves), and lists that grow.
 */
export function typedFaultsOf(ast: ASTNode): LimitFault[] {
  const inside = childrenOf(ast).flatMap(typedFaultsOf)
  const { kind, name } =
    (ast as { checkedType?: { kind?: string; name?: string } }).checkedType ?? {}
  if (ast.op === '+' && kind === 'list')
    return [...inside, { message: 'lists are not joined here', start: ast.start }]
  if (ast.op !== '/' || name === 'int') return inside
  const divisor = ast.args[1]
  if (divisor.op === 'value' && Number(divisor.args) !== 0) return inside
  return [
    ...inside,
    { message: 'it divides by what may be zero: multiply the other side instead', start: ast.start }
  ]
}

/** True if a tree names a variable of the incident. Pure. */
export function readsIncident(node: ASTNode): boolean {
  return node.op === 'id'
    ? Object.hasOwn(predicateVariables, node.args)
    : childrenOf(node).some(readsIncident)
}

/** Line and column of a character, both from 1. */
export function positionOf(text: string, start: number): { line: number; column: number } {
  const before = text.slice(0, start).split('\n')
  return { line: before.length, column: (before.at(-1) as string).length + 1 }
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'value' || node.op === 'id' || node.op === 'map') return []
  if (node.op === '!_' || node.op === '-_') return [node.args]
  if (node.op === 'call') return node.args[1]
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]]
  return (node.args as readonly (ASTNode | string)[]).filter(child => typeof child !== 'string')
}

/** Maximum number of steps of one evaluation. Collects faults. */
function stepsOf(node: ASTNode, names: Names, faults: LimitFault[]): number {
  const stepsOfAll = (nodes: readonly ASTNode[], own: number) =>
    nodes.reduce((sum, n) => sum + stepsOf(n, names, faults), own)
  switch (node.op) {
    case 'map':
    case '[?]':
    case '.?':
      faults.push({ message: 'maps and optional values have no use here', start: node.start })
      return 1
    case 'call': {
      const [name, args] = node.args
      if (!functions.has(name))
        faults.push({
          message: `there is no ${name}() here; there are ${[...functions].join(', ')}`,
          start: node.start
        })
      return stepsOfAll(args, 1)
    }
    case 'rcall':
      return stepsOfCall(node.args, node.start, names, faults)
    default: {
      const children = childrenOf(node)
      if (compared.has(node.op)) checkWords(children, names, faults, true)
      // Searching a list, or comparing two, is a loop within CEL.
      const looks = node.op === 'in' || (compared.has(node.op) && children.some(isList))
      return stepsOfAll(children, looks ? listMax / 8 : 1)
    }
  }
}

function stepsOfCall(
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  start: number,
  names: Names,
  faults: LimitFault[]
): number {
  const over = stepsOf(receiver, names, faults)
  if (loops.has(name)) {
    const [variable, ...bodies] = args
    const entriesOf = namedBy(receiver, names)
    const within =
      variable?.op === 'id' ? new Map([...names, [variable.args, entriesOf ?? '']]) : names
    const turns = receiver.op === 'list' ? receiver.args.length : listMax
    return over + turns * bodies.reduce((sum, body) => sum + stepsOf(body, within, faults), 1)
  }
  if (!methods.has(name)) {
    faults.push({
      message: `there is no ${name}() here; there are ${[...methods, ...loops].join(', ')}`,
      start
    })
  }
  checkWords([receiver, ...args], names, faults, false)
  return args.reduce((sum, argument) => sum + stepsOf(argument, names, faults), over + 1)
}

/**
 * Texts that a variable never contains: comparing with one is a mistake. `whole`: texts are
 * compared as a whole.
 */
function checkWords(
  args: readonly ASTNode[],
  names: Names,
  faults: LimitFault[],
  whole: boolean
): void {
  const variable = args.map(argument => namedBy(argument, names)).find(name => name !== null)
  const { words, lowerCase = false } = predicateVariables[variable ?? ''] ?? {}
  for (const node of args.flatMap(argument =>
    argument.op === 'list' ? argument.args : [argument]
  )) {
    const text = node.op === 'value' ? node.args : null
    if (typeof text !== 'string') continue
    if (lowerCase && text !== text.toLowerCase())
      faults.push({
        message: `names of actors are in lower case here: write "${text.toLowerCase()}"`,
        start: node.start
      })
    if (whole && words && !words.includes(text) && !/^(?:other|finding):/.test(text))
      faults.push({
        message: `${variable} is never "${text}"; it is one of ${words.join(', ')}`,
        start: node.start
      })
  }
}

/** The variable of which a node is the value, an entry, or a part of the entries. */
function namedBy(node: ASTNode, names: Names): string | null {
  if (node.op === 'rcall' && node.args[0] === 'filter') return namedBy(node.args[1], names)
  return node.op === 'id' ? (names.get(node.args) ?? null) : null
}

function isList(node: ASTNode): boolean {
  if (node.op === 'rcall') return node.args[0] === 'filter'
  return (
    node.op === 'list' ||
    node.op === '.' ||
    (node.op === 'id' && predicateVariables[node.args]?.type === 'list<string>')
  )
}
