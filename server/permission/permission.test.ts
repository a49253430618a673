import { describe, expect, it } from '@jest/globals'
import { may, type Permission } from './permission.ts'

describe('who may do what', () => {
  it.each<[Permission, string]>([
    ['serve', 'agent supervisor admin'],
    ['seeAll', 'supervisor reviewer admin'],
    ['replay', 'agent supervisor reviewer admin'],
    ['find', 'supervisor reviewer admin'],
    ['correctTranscripts', 'supervisor reviewer admin'],
    ['score', 'supervisor reviewer admin'],
    ['decideReviews', 'supervisor admin'],
    ['configureReviews', 'supervisor admin'],
    ['managePeople', 'supervisor admin'],
    ['manageSites', 'supervisor admin'],
    ['configureTeams', 'supervisor admin'],
    ['configureRouting', 'admin'],
    ['transferConfiguration', 'admin'],
    ['setUp', 'admin'],
    ['readAudit', 'supervisor admin'],
  ])('%s: %s', (permission, roles) => {
    const allowed = (['agent', 'supervisor', 'reviewer', 'admin'] as const).filter((role) =>
      may(role, permission),
    )
    expect(allowed.join(' ')).toBe(roles)
  })
})
