"use strict";

// Renders openapi.json into the page, with text nodes only, so that nothing in it is ever run as markup.
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const resolved = (spec, value) =>
  value && value.$ref ? value.$ref.slice(2).split("/").reduce((node, key) => node[key], spec) : value;

const typeName = (schema) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map(typeName).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((item) => JSON.stringify(item)).join(" | ");
  if (schema.type === "array") return `${typeName(schema.items)}[]`;
  return [schema.type, schema.format].filter(Boolean).join(" ");
};

const fieldsOf = (spec, schema) => {
  const shape = resolved(spec, schema);
  if (shape && shape.type === "array") return fieldsOf(spec, shape.items);
  if (!shape || !shape.properties) return element("p", {}, element("code", {}, typeName(schema)));
  const required = new Set(shape.required || []);
  const rows = Object.entries(shape.properties).map(([name, field]) =>
    element("tr", {},
      element("td", {}, element("code", {}, name), required.has(name) ? "" : " (optional)"),
      element("td", {}, element("code", {}, typeName(field))),
      element("td", {}, field.description || "")));
  return element("table", {}, ...rows);
};

const section = (title, ...content) => [element("h4", {}, title), ...content];

const contents = (spec, content) => Object.entries(content || {}).flatMap(([type, media]) => [
  element("p", { class: "note" }, type),
  fieldsOf(spec, media.schema && media.schema.properties && media.schema.properties.data || media.schema),
  ...(media.example ? [element("pre", {}, JSON.stringify(media.example, null, 2))] : []),
]);

const operation = (spec, path, method, declared) => {
  const body = element("div");
  if (declared.description) body.append(element("p", {}, declared.description));
  const parameters = (declared.parameters || []).map((item) => resolved(spec, item));
  if (parameters.length) {
    body.append(...section("Parameters", element("table", {}, ...parameters.map((item) =>
      element("tr", {},
        element("td", {}, element("code", {}, item.name), item.required ? "" : " (optional)"),
        element("td", {}, item.in),
        element("td", {}, element("code", {}, typeName(item.schema))),
        element("td", {}, item.description || item.schema.description || ""))))));
  }
  if (declared.requestBody) body.append(...section("Body", ...contents(spec, declared.requestBody.content)));
  for (const [status, response] of Object.entries(declared.responses)) {
    const answer = resolved(spec, response);
    body.append(...section(`${status} ${answer.description}`));
    if (status < 400) body.append(...contents(spec, answer.content));
  }
  return element("details", { id: declared.operationId },
    element("summary", {},
      element("span", { class: "method" }, method.toUpperCase()), element("code", {}, path), " – ", declared.summary),
    body);
};

const render = (spec) => {
  document.getElementById("title").textContent = `${spec.info.title} ${spec.info.version}`;
  document.getElementById("about").textContent = spec.info.description || "";
  const main = document.getElementById("operations");
  main.replaceChildren();
  for (const tag of spec.tags) {
    main.append(element("h2", {}, tag.name), element("p", {}, tag.description || ""));
    for (const [path, methods] of Object.entries(spec.paths))
      for (const [method, declared] of Object.entries(methods))
        if (declared.tags && declared.tags.includes(tag.name)) main.append(operation(spec, path, method, declared));
  }
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted) { wanted.open = true; wanted.scrollIntoView(); }
};

document.getElementById("find").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const item of document.querySelectorAll("details")) {
    const text = item.querySelector("summary").textContent.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
});

fetch("openapi.json").then((answer) => answer.json()).then(render).catch((error) => {
  document.getElementById("operations").textContent = `The description could not be loaded: ${error.message}`;
});
