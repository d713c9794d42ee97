// What a document must be, whatever the programs say.
import { Validator } from "@seriousme/openapi-schema-validator";

function walk(value, visit, path = "") {
  if (value === null || typeof value !== "object") return;
  visit(value, path);
  for (const [key, inner] of Object.entries(value)) walk(inner, visit, `${path}/${key}`);
}

// Findings, as texts; none: good.
export async function lint(contract) {
  const findings = [];
  const { document } = contract;
  const valid = await new Validator().validate(structuredClone(document));
  if (!valid.valid) findings.push(`not OpenAPI 3.1: ${JSON.stringify(valid.errors)}`);

  const referred = new Set();
  walk(document, (value, path) => {
    if (typeof value.$ref !== "string") return;
    referred.add(value.$ref);
    if (!contract.resolve(value)) findings.push(`${path}: ${value.$ref} leads nowhere`);
  });
  for (const kind of ["schemas", "responses"]) {
    for (const name of Object.keys(document.components[kind])) {
      if (!referred.has(`#/components/${kind}/${name}`))
        findings.push(`${kind}/${name} is used by nothing`);
    }
  }
  for (const name of Object.keys(document.components.schemas)) {
    try {
      contract.faultsByName(name, {});
    } catch (error) {
      findings.push(`schemas/${name}: ${error.message}`);
    }
  }

  const ids = new Set();
  for (const { method, path, operation } of contract.operations()) {
    const where = `${method} ${path}`;
    if (!operation.operationId || ids.has(operation.operationId))
      findings.push(`${where}: needs an id of its own`);
    ids.add(operation.operationId);
    if (!operation.summary) findings.push(`${where}: has no summary`);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    const given = (operation.parameters ?? [])
      .filter((p) => p.in === "path")
      .map((p) => p.name)
      .sort();
    if (named.join() !== given.join())
      findings.push(`${where}: path parameters ${given} instead of ${named}`);
    for (const parameter of operation.parameters ?? []) {
      if (!parameter.description) findings.push(`${where}: ${parameter.name} has no description`);
    }
    for (const [status, response] of Object.entries(operation.responses)) {
      const types = Object.keys(contract.resolve(response).content ?? {});
      const isProblem = status === "default" || Number(status) >= 400;
      if (isProblem && types.join() !== "application/problem+json")
        findings.push(`${where} ${status}: must be a problem`);
    }
  }
  return findings;
}
