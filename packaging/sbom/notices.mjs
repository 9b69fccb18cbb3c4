// The licences of what the packages bundle: who holds which, then each text once.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const own = dirname(fileURLToPath(import.meta.url))
const line = '='.repeat(100)

/** @returns {string} THIRD-PARTY-NOTICES. */
export function notices (packages, natives) {
  const parts = [
    'What Tidegate bundles, and under which licence. The texts follow.',
    '',
    ...new Set(packages.map(p => `${neutral(p.name)} ${p.version}: ${p.licence}\n    ${p.copyright ?? `by ${p.authors}`}`)),
    '',
    'In C, inside these:',
    ...natives.map(n => `${n.name} ${n.version}: ${n.licence}`),
    section('MIT', mit(packages)),
    section('Apache-2.0', readFileSync(join(own, 'Apache-2.0.txt'), 'utf8')),
  ]
  for (const p of packages) {
    if (p.licenceFile) {
      parts.push(section(`${p.name}: ${p.licenceFile}`, read(p, p.licenceFile)))
    }
  }
  // The runtime's own lists are the same for every architecture.
  for (const name of ['Microsoft.NETCore.App.Runtime', 'Microsoft.AspNetCore.App.Runtime']) {
    const p = packages.find(p => p.name.startsWith(name))
    parts.push(section(`${name}: third parties`, read(p, 'THIRD-PARTY-NOTICES.TXT')))
  }
  return parts.join('\n').replaceAll('\r', '')
}

// The packages of one architecture hold the same file, whichever others were built with them.
function neutral (name) {
  return name.replace(/\.linux-(x64|arm64)$/, '')
}

function section (title, text) {
  return `\n${line}\n${title}\n${line}\n\n${text.trim()}\n`
}

// The text of the first package that has one; the copyright lines are in the list above.
function mit (packages) {
  const runtime = packages.find(p => p.name.startsWith('Microsoft.NETCore.App.Runtime'))
  return read(runtime, 'LICENSE.TXT')
}

function read (p, name) {
  const found = readdirSync(join(p.path, dirname(name))).find(f => f.toLowerCase() === name.split('/').pop().toLowerCase())
  if (!found) {
    throw new Error(`${p.key} has no ${name}`)
  }
  return readFileSync(join(p.path, dirname(name), found), 'utf8').replace(/^\uFEFF/, '')
}
