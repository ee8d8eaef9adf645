// Words of the board as it was.

const pastBoard = {
  lead: 'The alerts that were open at an earlier time, gravest first, each as it stood then. Opening one shows it as it is now, with its updates.',
  at: (time: string) => `Open at ${time}`,
  time: 'Time, UTC',
  hours: (count: number) =>
    `${Math.abs(count) === 24 ? '1 day' : '1 hour'} ${count < 0 ? 'earlier' : 'later'}`,
  none: 'No alert was open.',
  more: 'More alerts'
} as const

export const part = { pastBoard }
