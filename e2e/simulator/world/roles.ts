// The services of a suite, each in its own process.

export const roles = ['intake', 'rules', 'notifier'] as const

export type Role = (typeof roles)[number]
