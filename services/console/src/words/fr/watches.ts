export { part } from '../en/watches.ts'
