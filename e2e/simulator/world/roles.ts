// The parts of a suite that run in processes of their own.

export const roles = ['intake', 'rules', 'notifier'] as const

export type Role = (typeof roles)[number]
