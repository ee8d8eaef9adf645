import { type CapStep, capReferencesMax, findCapMessage } from '@tocsin/contracts/cap/cap-message'
import { describe, expect, it } from 'vitest'

/**
 * Events of an alert, by name; `retracted` and what follows it until `reopened` has that status.
 */
function steps(...names: string[]): readonly CapStep[] {
  let status: CapStep['status'] = 'provisional'
  return names.map(name => {
    if (name === 'retracted') status = 'retracted'
    if (name === 'reopened') status = 'provisional'
    return { type: `alert.${name}` as CapStep['type'], status }
  })
}
const messages = (...names: string[]) => names.map((_, at) => findCapMessage(steps(...names), at))
const said = (...names: string[]) =>
  messages(...names).map(message => `${message?.type} ${message?.references.join()}`.trim())

describe('the messages of an alert', () => {
  it('are an alert, then updates that refer to all before them', () => {
    expect(said('raised', 'revised', 'escalated', 'resolved')).toEqual([
      'Alert',
      'Update 0',
      'Update 0,1',
      'Update 0,1,2'
    ])
  })

  it('are acknowledged by a message of its own, to which no later one refers', () => {
    expect(said('raised', 'revised', 'acknowledged', 'escalated')).toEqual([
      'Alert',
      'Update 0',
      'Ack 1',
      'Update 0,1'
    ])
  })

  it('are cancelled when the alert is withdrawn, and begin anew after that', () => {
    expect(said('raised', 'retracted', 'reopened', 'revised')).toEqual([
      'Alert',
      'Cancel 0',
      'Alert',
      'Update 2'
    ])
  })

  it('refer to the newest only', () => {
    const many = steps('raised', ...Array.from({ length: 300 }, () => 'revised'))
    expect(findCapMessage(many, 300).references[0]).toBe(300 - capReferencesMax)
  })
})
