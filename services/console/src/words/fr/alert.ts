export { part } from '../en/alert.ts'
