// The bill of materials as CycloneDX 1.6, built and checked against the schema by the specification's own library.
import { createHash } from 'node:crypto'
import { Enums, Models, Serialize, Spec, Types, Validation } from '@cyclonedx/cyclonedx-library'

/** @returns {Promise<string>} The document. */
export async function billOfMaterials (version, date, published, natives) {
  const root = new Models.Component(Enums.ComponentType.Application, 'tidegate', {
    bomRef: `pkg:generic/tidegate@${version}`,
    version,
    purl: `pkg:generic/tidegate@${version}`,
    description: 'A GitOps gate in front of Kubernetes clusters',
  })
  const components = new Map(published.packages.map(p => [p.key, packageComponent(p)]))
  for (const native of natives) {
    const component = nativeComponent(native)
    components.set(native.purl, component)
    native.in.forEach(key => components.get(key).dependencies.add(component.bomRef))
  }
  for (const [key, needed] of published.dependencies) {
    const from = key.startsWith('tidegate/') ? root : components.get(key)
    needed.filter(n => components.has(n)).forEach(n => from.dependencies.add(components.get(n).bomRef))
  }

  const bom = new Models.Bom({
    version: 1,
    serialNumber: serialNumber(version, components),
    metadata: new Models.Metadata({ component: root, timestamp: date, lifecycles: [] }),
    components: new Models.ComponentRepository(components.values()),
  })
  return await serialize(bom)
}

function packageComponent (p) {
  const references = [[Enums.ExternalReferenceType.Website, p.website], [Enums.ExternalReferenceType.VCS, p.repository]]
    .filter(([, url]) => url)
    .map(([type, url]) => new Models.ExternalReference(url, type))
  const purl = `pkg:nuget/${p.name}@${p.version}`
  return new Models.Component(Enums.ComponentType.Library, p.name, {
    bomRef: purl,
    version: p.version,
    purl,
    author: p.authors,
    copyright: p.copyright,
    description: p.description,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], p.sha512]]),
    licenses: new Models.LicenseRepository([licence(p.licence)]),
    externalReferences: new Models.ExternalReferenceRepository(references),
  })
}

function nativeComponent (native) {
  return new Models.Component(Enums.ComponentType.Library, native.name, {
    bomRef: native.purl,
    version: native.version,
    purl: native.purl,
    licenses: new Models.LicenseRepository([licence(native.licence)]),
  })
}

function licence (expression) {
  return expression.includes(' ')
    ? new Models.LicenseExpression(expression)
    : new Models.SpdxLicense(expression)
}

// A UUID of the content, so that the same content has the same number (RFC 9562, version 8).
function serialNumber (version, components) {
  const hash = createHash('sha256').update([version, ...[...components.values()].map(c => c.purl)].join('\n')).digest('hex')
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
  return `urn:uuid:${uuid}`
}

async function serialize (bom) {
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  const json = serializer.serialize(bom, { sortLists: true, space: 2 })
  const invalid = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(json)
  if (invalid !== null) {
    throw new Error(`not valid after CycloneDX 1.6: ${JSON.stringify(invalid)}`)
  }
  return `${json}\n`
}
