// The expected access to what decides who is told: subscriptions, silences, watches, the keys that
// sign; and to what officers share.

import {
  type AccessRow,
  admin,
  allowedBeyond,
  asksSubscription,
  emptyBeyond,
  get,
  hiddenBeyond,
  lists,
  onSubscription,
  onView,
  onWatch,
  operates,
  readsAlerts,
  readsSubscription,
  silences,
  subscribes
} from './access-row.ts'

export const tellingAccess: Readonly<Record<string, AccessRow>> = {
  'POST /v1/subscriptions': {
    ...subscribes,
    ...allowedBeyond,
    scopes: { 'subscriptions:manage': 'refused' },
    statuses: [422],
    ask: () => ({
      method: 'POST',
      url: '/v1/subscriptions',
      body: { url: 'https://127.0.0.1/hook' }
    })
  },
  'GET /v1/subscriptions': {
    ...subscribes,
    ...emptyBeyond,
    scopes: { 'subscriptions:manage': 'empty' },
    shows: ({ ids }) => ids.subscription,
    ask: lists('/v1/subscriptions')
  },
  'GET /v1/subscriptions/:id': { ...onSubscription, ask: readsSubscription('') },
  'GET /v1/subscriptions/:id/health': { ...onSubscription, ask: readsSubscription('/health') },
  'GET /v1/subscriptions/:id/deliveries': {
    ...onSubscription,
    ask: readsSubscription('/deliveries')
  },
  'POST /v1/subscriptions/:id/replay': {
    ...onSubscription,
    ask: asksSubscription('/replay', { failed: true })
  },
  'POST /v1/subscriptions/:id/acknowledgements': {
    ...onSubscription,
    // It was told of no alert, which is answered like a hidden subscription: the time is refused
    // where the subscription is found.
    statuses: [422],
    ask: asksSubscription('/acknowledgements', { alertId: 'a1', until: 'soon' })
  },
  // Its endpoint, which is nowhere, has not said that it wants anything.
  'POST /v1/subscriptions/:id/test': {
    ...onSubscription,
    statuses: [409],
    ask: asksSubscription('/test')
  },
  // Its endpoint lies in no network that the operator has opened.
  'POST /v1/subscriptions/:id/consent': {
    ...admin,
    ...hiddenBeyond,
    statuses: [409],
    ask: asksSubscription('/consent')
  },
  'PATCH /v1/subscriptions/:id': {
    ...onSubscription,
    ask: asksSubscription('', { contact: 'desk' }, 'PATCH')
  },
  'POST /v1/subscriptions/:id/rotation': {
    ...onSubscription,
    ask: asksSubscription('/rotation', { overlapHours: 0 })
  },
  'POST /v1/silences': {
    ...silences,
    ...hiddenBeyond,
    // An alert is silenced for others by who operates it.
    scopes: { 'subscriptions:manage': 'hidden' },
    ask: ({ ids }) => ({
      method: 'POST',
      url: '/v1/silences',
      body: { alertId: ids.alert, minutes: 5, reason: 'x' }
    })
  },
  'GET /v1/silences': {
    ...silences,
    ...emptyBeyond,
    scopes: { 'subscriptions:manage': 'empty' },
    shows: ({ ids }) => ids.silence,
    ask: lists('/v1/silences')
  },
  'GET /v1/silences/:id': {
    ...silences,
    ...hiddenBeyond,
    scopes: { 'subscriptions:manage': 'hidden' },
    ask: get(({ ids }) => `/v1/silences/${ids.silence}`)
  },
  'DELETE /v1/silences/:id': {
    ...silences,
    ...hiddenBeyond,
    scopes: { 'subscriptions:manage': 'hidden' },
    ask: async world => ({ method: 'DELETE', url: await world.spare('/v1/silences') })
  },
  'POST /v1/watches': {
    ...silences,
    ...allowedBeyond,
    scopes: { 'alerts:operate': 'refused' },
    ask: world => ({ method: 'POST', url: '/v1/watches', body: { name: world.next() } })
  },
  'GET /v1/watches': {
    ...silences,
    ...emptyBeyond,
    shows: ({ ids }) => ids.watch,
    ask: lists('/v1/watches')
  },
  'GET /v1/watches/:id': {
    ...silences,
    ...hiddenBeyond,
    ask: get(({ ids }) => `/v1/watches/${ids.watch}`)
  },
  'PATCH /v1/watches/:id': {
    ...onWatch,
    ask: ({ ids }) => ({ method: 'PATCH', url: `/v1/watches/${ids.watch}`, body: { version: 99 } })
  },
  'POST /v1/watches/:id/hand-over': {
    ...onWatch,
    scopes: { 'subscriptions:manage': 'refused' },
    ask: ({ ids }) => ({
      method: 'POST',
      url: `/v1/watches/${ids.watch}/hand-over`,
      body: { version: 99, officer: 'x', until: '2030-01-01T00:00:00Z' }
    })
  },
  'DELETE /v1/watches/:id': {
    ...onWatch,
    ask: async world => ({ method: 'DELETE', url: await world.spare('/v1/watches') })
  },
  'POST /v1/views': {
    ...operates,
    ...allowedBeyond,
    ask: world => ({ method: 'POST', url: '/v1/views', body: { name: world.next(), query: '' } })
  },
  'GET /v1/views': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: ({ ids }) => ids.view,
    ask: lists('/v1/views')
  },
  'PATCH /v1/views/:id': {
    ...onView,
    ask: ({ ids }) => ({ method: 'PATCH', url: `/v1/views/${ids.view}`, body: { query: 'q=a' } })
  },
  'DELETE /v1/views/:id': {
    ...onView,
    ask: async world => ({ method: 'DELETE', url: await world.spare('/v1/views') })
  },
  'POST /v1/webhook-keys/rotation': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    home: 'refused',
    statuses: [409],
    ask: () => ({ method: 'POST', url: '/v1/webhook-keys/rotation' })
  },
  'DELETE /v1/subscriptions/:id': {
    ...onSubscription,
    ask: async world => ({
      method: 'DELETE',
      url: await world.spare('/v1/subscriptions')
    })
  }
}
