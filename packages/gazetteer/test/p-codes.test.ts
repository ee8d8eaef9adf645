import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findAreaByPcode, findPcode } from '../src/area/p-codes.ts'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'

describe('p-codes', () => {
  const gazetteer = openWorldGazetteer()
  const text = readFileSync(new URL('../src/world/p-codes.tsv', import.meta.url), 'utf8')
  const rows = text
    .split('\n')
    .filter(line => /^[A-Z]/.test(line))
    .map(line => line.split('\t') as [string, string])

  it('mean areas that the gazetteer has, each p-code once', () => {
    expect(new Set(rows.map(([pcode]) => pcode)).size).toBe(rows.length)
    const unknown = rows.filter(
      ([, area]) => gazetteer.findAdmin1(area, area.slice(0, 2)).kind !== 'known'
    )
    expect(unknown).toEqual([])
  })

  it('are aliases of areas in their country', () => {
    expect(gazetteer.findAdmin1('ML05', 'ML')).toEqual({ kind: 'known', code: 'ML-5' })
    expect(gazetteer.findAdmin1('ml05', 'ML')).toEqual({ kind: 'known', code: 'ML-5' })
    expect(gazetteer.findAdmin1('ML10', 'ML')).toEqual({ kind: 'known', code: 'ML-9' })
    expect(gazetteer.findAdmin1('ML05', 'NE').kind).toBe('unknown')
    expect(gazetteer.areaName(findAreaByPcode('BF56') ?? '')).toBe('Sahel')
  })

  it('are found by area, unless an area has several', () => {
    expect(findPcode('ML-5')).toBe('ML05')
    expect(findPcode('MM-02')).toBeNull()
  })
})
