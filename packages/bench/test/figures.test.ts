// How figures of benches are judged and written.

import { formatNumber, judgeFigure, renderHead, renderRow } from '@tocsin/bench/runner/figures'
import { describe, expect, it } from 'vitest'

const latency = { what: 'p99', unit: 'ms', value: 10 }
const rate = { what: 'appends', unit: '/s', value: 90, ceiling: 100 }

describe('a figure', () => {
  it('reaches a target up to the limit itself where it is the least, below it where it is the most', () => {
    expect(judgeFigure('c', { ...rate, target: { atLeast: 90 } }).reached).toBe(true)
    expect(judgeFigure('c', { ...rate, target: { atLeast: 91 } }).reached).toBe(false)
    expect(judgeFigure('c', { ...latency, target: { below: 10.1 } }).reached).toBe(true)
    expect(judgeFigure('c', { ...latency, target: { below: 10 } }).reached).toBe(false)
  })

  it('has a ratio to its ceiling, or the one that was measured by turns', () => {
    expect(judgeFigure('c', rate).ratio).toBe(0.9)
    expect(judgeFigure('c', { ...rate, ratio: 0.5 }).ratio).toBe(0.5)
    expect(judgeFigure('c', { ...rate, ratioTarget: { atLeast: 0.9 } }).reached).toBe(true)
    expect(judgeFigure('c', { ...rate, ratioTarget: { below: 0.9 } }).reached).toBe(false)
  })

  it('reaches its targets only if it reaches both', () => {
    const both = { ...rate, target: { atLeast: 1 }, ratioTarget: { atLeast: 0.95 } }
    expect(judgeFigure('c', both).reached).toBe(false)
  })

  it('without a target is not judged', () => {
    expect(judgeFigure('c', rate).reached).toBeNull()
  })

  it('that was not measured is an error', () => {
    expect(() => judgeFigure('c', { what: 'rate', value: Number.NaN })).toThrow('rate was not')
    expect(() => judgeFigure('c', { ...rate, ceiling: 0 })).toThrow('appends was not')
    expect(() => judgeFigure('c', { ...latency, ratioTarget: { below: 3 } })).toThrow('no ceiling')
  })
})

describe('the table', () => {
  it('has aligned columns', () => {
    const rows = [
      renderHead(),
      renderRow(judgeFigure('batch-1', { ...rate, ratioTarget: { atLeast: 0.95 } })),
      renderRow(judgeFigure('idle', { ...latency, target: { below: 20 } })),
      renderRow(judgeFigure('idle', { what: 'cores', value: 0.5 }))
    ]
    expect(rows.map(row => row.replaceAll(/ {2,}/g, '  '))).toEqual([
      'case  figure  value  ceiling  ratio target',
      'batch-1  appends  90/s  100/s  0.90  ratio ≥ 0.95 SHORT',
      'idle  p99  10 ms  < 20 ms reached',
      'idle  cores  0.50'
    ])
    const [head, first] = rows as [string, string]
    expect(first.indexOf('90/s') + '90/s'.length).toBe(head.indexOf('value') + 'value'.length)
  })

  it('shows three digits that count', () => {
    expect([123_456.7, 12.345, 1.2345, 0.012_34, 42].map(value => formatNumber(value))).toEqual([
      '123,457',
      '12.3',
      '1.23',
      '0.012',
      '42'
    ])
  })
})
