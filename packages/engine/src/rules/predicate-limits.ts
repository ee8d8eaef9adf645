// Limits of predicates: allowed operations, depth, and the maximum work of one evaluation. They are
// checked once, from the syntax tree: a predicate that passes cannot run long for any incident.

import type { ASTNode } from '@marcbachmann/cel-js'
import { listMax, predicateVariables } from './predicate-variables.ts'

/** Maximum number of characters of a predicate. */
export const textMax = 2000
/** Maximum number of nodes, and depth, of its syntax tree. */
export const nodesMax = 300
export const depthMax = 40
/** Maximum number of entries of a list literal. */
export const listElementsMax = 100
/** Maximum number of steps of one evaluation, with loops over lists at their maximum. */
const stepsMax = 20_000

export interface LimitFault {
  readonly message: string
  readonly start: number
}

/** What a name in the text refers to: a variable, or an entry of a variable within a loop. */
type Names = ReadonlyMap<string, string>

const functions = new Set(['size', 'int', 'double', 'string'])
const methods = new Set(['size', 'startsWith', 'endsWith', 'contains', 'lowerAscii'])
const loops = new Set(['exists', 'all', 'exists_one', 'filter'])
const comparisons = new Set(['==', '!=', 'in'])
const ownNames: Names = new Map(Object.keys(predicateVariables).map(name => [name, name]))

/** Lists all limits that a tree exceeds; none if it may run. */
export function findLimitFaults(tree: ASTNode): LimitFault[] {
  const counter = new StepCounter()
  const steps = counter.count(tree, ownNames)
  if (counter.faults.length > 0 || steps <= stepsMax) return counter.faults
  const message = `it is too much work: up to ${steps} steps for one incident, ${stepsMax} are allowed`
  return [{ message, start: 0 }]
}

/**
 * Lists faults that only the checked types show: divisions by a possible zero that would give
 * infinity silently (those of integers fail by themselves), and lists that grow.
 */
export function findTypeFaults(node: ASTNode): LimitFault[] {
  const inside = listChildren(node).flatMap(findTypeFaults)
  const { kind, name } =
    (node as { checkedType?: { kind?: string; name?: string } }).checkedType ?? {}
  if (node.op === '+' && kind === 'list')
    return [...inside, { message: 'lists are not joined here', start: node.start }]
  if (node.op !== '/' || name === 'int') return inside
  const divisor = node.args[1]
  if (divisor.op === 'value' && Number(divisor.args) !== 0) return inside
  const message = 'it divides by what may be zero: multiply the other side instead'
  return [...inside, { message, start: node.start }]
}

function listChildren(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'value' || node.op === 'id' || node.op === 'map') return []
  if (node.op === '!_' || node.op === '-_') return [node.args]
  if (node.op === 'call') return node.args[1]
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]]
  return (node.args as readonly (ASTNode | string)[]).filter(child => typeof child !== 'string')
}

/** Counts the maximum of steps in an evaluation, and collects faults. */
class StepCounter {
  readonly faults: LimitFault[] = []

  count(node: ASTNode, names: Names): number {
    switch (node.op) {
      case 'map':
      case '[?]':
      case '.?':
        this.#refuse(node, 'maps and optional values have no use here')
        return 1
      case 'call': {
        const [name, args] = node.args
        if (!functions.has(name))
          this.#refuse(node, `there is no ${name}() here; there are ${[...functions].join(', ')}`)
        return this.#countAll(args, names, 1)
      }
      case 'rcall':
        return this.#countCall(node, node.args, names)
      default: {
        const children = listChildren(node)
        if (comparisons.has(node.op)) this.#checkWords(children, names, true)
        // The search in a list, or a comparison of two, is a loop within CEL.
        const isLoop = node.op === 'in' || (comparisons.has(node.op) && children.some(isList))
        return this.#countAll(children, names, isLoop ? listMax / 8 : 1)
      }
    }
  }

  #countAll(nodes: readonly ASTNode[], names: Names, own: number): number {
    return nodes.reduce((sum, node) => sum + this.count(node, names), own)
  }

  #countCall(
    node: ASTNode,
    [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
    names: Names
  ): number {
    const over = this.count(receiver, names)
    if (loops.has(name)) {
      const [variable, ...bodies] = args
      const entry = findVariable(receiver, names) ?? ''
      const within = variable?.op === 'id' ? new Map([...names, [variable.args, entry]]) : names
      const turns = receiver.op === 'list' ? receiver.args.length : listMax
      return over + turns * this.#countAll(bodies, within, 1)
    }
    if (!methods.has(name))
      this.#refuse(
        node,
        `there is no ${name}() here; there are ${[...methods, ...loops].join(', ')}`
      )
    this.#checkWords([receiver, ...args], names, false)
    return this.#countAll(args, names, over + 1)
  }

  /** Refuses texts that a variable never contains. `isWhole`: they are compared as a whole. */
  #checkWords(args: readonly ASTNode[], names: Names, isWhole: boolean): void {
    const variable = args.map(arg => findVariable(arg, names)).find(name => name !== null)
    const { words, lowerCase = false } = predicateVariables[variable ?? ''] ?? {}
    for (const node of args.flatMap(arg => (arg.op === 'list' ? arg.args : [arg]))) {
      const text = node.op === 'value' ? node.args : null
      if (typeof text !== 'string') continue
      if (lowerCase && text !== text.toLowerCase())
        this.#refuse(node, `names of actors are in lower case here: write "${text.toLowerCase()}"`)
      if (isWhole && words && !words.includes(text) && !/^(?:other|finding):/.test(text))
        this.#refuse(node, `${variable} is never "${text}"; it is one of ${words.join(', ')}`)
    }
  }

  #refuse({ start }: ASTNode, message: string): void {
    this.faults.push({ message, start })
  }
}

/** The variable that a node reads: its value, an entry, or some of its entries. */
function findVariable(node: ASTNode, names: Names): string | null {
  if (node.op === 'rcall' && node.args[0] === 'filter') return findVariable(node.args[1], names)
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
