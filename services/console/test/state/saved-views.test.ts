// Views that officers share: which one is shown, and what is asked for when the list is saved.

import './a-suite.ts'
import { expect, it } from 'vitest'
import { setAddress } from '../../src/state/address.ts'
import {
  deleteView,
  savedList,
  savedNow,
  savedViews,
  saveView
} from '../../src/state/queue-state.ts'
import { suiteAnswers } from './a-suite.ts'

it('is shown while the list is as it was saved, renamed there, and replaced by its name elsewhere', async () => {
  const mali = { id: 'v1', name: 'Mali', query: 'country=ML', by: 'Ama', mayChange: true }
  const chad = { id: 'v2', name: 'Chad', query: 'country=TD', by: 'Kofi', mayChange: false }
  const changes: unknown[] = []
  suiteAnswers((path, { method = 'GET', body } = {}) => {
    if (method !== 'GET')
      changes.push([method, path, body === undefined ? null : JSON.parse(String(body))])
    return Response.json(method === 'GET' ? { items: [chad, mali], next: null } : mali)
  })
  await savedViews.load()
  expect(savedList.value.map(({ name }) => name)).toEqual(['Chad', 'Mali'])
  expect(savedNow.value).toBeUndefined()

  setAddress({ country: 'ML', keys: 'off' })
  expect(savedNow.value?.name).toBe('Mali')
  await saveView('Mali at night')
  setAddress({ q: 'Gao' })
  expect(savedNow.value).toBeUndefined()
  await saveView('Mali')
  setAddress({ q: null, country: 'TD' })
  // Of another officer: one of one's own is made beside it.
  await saveView('Chad')
  await deleteView('v1')
  expect(changes).toEqual([
    ['PATCH', '/v1/views/v1', { name: 'Mali at night', query: 'country=ML' }],
    ['PATCH', '/v1/views/v1', { name: 'Mali', query: 'q=Gao&country=ML' }],
    ['POST', '/v1/views', { name: 'Chad', query: 'country=TD' }],
    ['DELETE', '/v1/views/v1', null]
  ])
})
