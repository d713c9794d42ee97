// One OpenAPI document as a judge of requests and answers. Stricter than what it promises to
// clients: a member that it does not describe is a fault here.
import fs from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const methods = ["get", "put", "post", "delete", "patch"];

// References and objects where a value is described may hold nothing else; what an allOf joins may.
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object") return schema;
  const copy = {};
  for (const [key, value] of Object.entries(schema)) {
    const isMap = key === "properties" || key === "$defs";
    if (isMap)
      copy[key] = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, closed(v)]));
    else if (key === "$ref") copy[key] = value.replace("#/components/schemas/", "#/$defs/");
    else copy[key] = ["enum", "const", "example", "required"].includes(key) ? value : closed(value);
  }
  if (copy.properties && copy.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

export class Contract {
  constructor(file) {
    this.document = JSON.parse(fs.readFileSync(file, "utf8"));
    this.ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
    this.ajv.addVocabulary(["example"]);
    addFormats(this.ajv);
    this.definitions = closed(this.document.components.schemas);
    this.validators = new Map();
    this.seen = new Set();
  }

  operations() {
    const list = [];
    for (const [path, item] of Object.entries(this.document.paths)) {
      for (const method of methods)
        if (item[method]) list.push({ method, path, operation: item[method] });
    }
    return list;
  }

  resolve(object) {
    if (!object?.$ref) return object;
    return object.$ref
      .slice(2)
      .split("/")
      .reduce((at, key) => at?.[key], this.document);
  }

  // What is wrong with a value, as texts.
  faults(schema, value) {
    const key = JSON.stringify(schema);
    if (!this.validators.has(key)) {
      this.validators.set(key, this.ajv.compile({ ...closed(schema), $defs: this.definitions }));
    }
    const validate = this.validators.get(key);
    if (validate(value)) return [];
    return validate.errors.map(
      (e) => `${e.instancePath || "/"} ${e.message} ${JSON.stringify(e.params)}`,
    );
  }

  faultsByName(name, value) {
    return this.faults({ $ref: `#/components/schemas/${name}` }, value);
  }

  // The documented schema of an answer, or a text that says why there is none.
  answerSchema(method, path, status, type) {
    const operation = this.document.paths[path]?.[method];
    if (!operation) return `${method} ${path} is not documented`;
    const exact = operation.responses[status];
    const response = this.resolve(exact ?? operation.responses.default);
    this.seen.add(`${method} ${path} ${exact ? status : "default"}`);
    if (exact && !response.content && type === "") return { schema: { const: "" } }; // no body
    const content = response?.content?.[type.split(";")[0]];
    return content ?? `${status} with ${type} is not documented for ${method} ${path}`;
  }

  requestFaults(method, path, body) {
    const schema =
      this.document.paths[path][method].requestBody?.content["application/json"].schema;
    if (!schema) return body === undefined ? [] : ["no body is documented"];
    return this.faults(schema, body);
  }
}
