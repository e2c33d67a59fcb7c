import type { PropertyMap } from "../../protocol/values";
import { idOf, nameOf, namespaceOf } from "../kube-object";
import { mapAt, mapsAt, numberAt, textAt } from "../paths";

/** The name of an object as messages show it: without the namespace when that is `default`. */
export function shownName(object: PropertyMap): string {
  return ["", "default"].includes(namespaceOf(object)) ? nameOf(object) : idOf(object);
}

/** The object's condition of a type, or undefined. */
export function conditionOf(object: PropertyMap, type: string): PropertyMap | undefined {
  return mapsAt(object, "status", "conditions").find((found) => found["type"] === type);
}

/** True when the object's condition of a type is `True`. */
export function isTrue(object: PropertyMap, type: string): boolean {
  return conditionOf(object, type)?.["status"] === "True";
}

/** True for objects that the owner controls. */
export function isOwnedBy(object: PropertyMap, owner: PropertyMap): boolean {
  const uid = textAt(owner, "metadata", "uid");
  return mapsAt(object, "metadata", "ownerReferences").some((found) => found["uid"] === uid);
}

/** True once a Pod is scheduled, initialized, and ready or done. */
export function isPodReady(pod: PropertyMap): boolean {
  const isDone = textAt(pod, "status", "phase") === "Succeeded";
  const isUp = isTrue(pod, "PodScheduled") && isTrue(pod, "Initialized");
  return isUp && (isTrue(pod, "Ready") || isDone);
}

/** What a Pod waits for, in words. */
export function describePodWait(pod: PropertyMap): string {
  const name = `Waiting for Pod "${shownName(pod)}"`;
  if (!isTrue(pod, "PodScheduled")) {
    const why = textAt(conditionOf(pod, "PodScheduled"), "message");
    return why === "" ? `${name} to be scheduled` : `${name} to be scheduled: ${why}`;
  }
  return isTrue(pod, "Initialized") ? `${name} to be ready` : `${name} to be initialized`;
}

/**
 * What keeps a scheduled Pod from being ready: its condition's message and its containers' states.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/checker/pod/check.go
 */
export function podProblems(pod: PropertyMap): readonly string[] {
  if (isPodReady(pod) || !isTrue(pod, "PodScheduled")) return [];
  const condition = conditionOf(pod, isTrue(pod, "Initialized") ? "Ready" : "Initialized");
  const message = textAt(condition, "reason") === "" ? "" : textAt(condition, "message");
  const containers = mapsAt(pod, "status", "containerStatuses").flatMap(containerProblems);
  const words = `${message}${containers.join("\n")}`;
  return words === "" ? [] : [`[Pod ${shownName(pod)}]: ${words}`];
}

function containerProblems(status: PropertyMap): readonly string[] {
  if (status["ready"] === true) return [];
  return [waiting(status), terminated(status), lastTermination(status)].filter((p) => p !== "");
}

function waiting(status: PropertyMap): string {
  const state = mapAt(status, "state", "waiting");
  const reason = textAt(state, "reason");
  const isQuiet = reason === "" || reason === "ContainerCreating";
  return isQuiet ? "" : `[${reason}] ${textAt(state, "message")}`;
}

function terminated(status: PropertyMap): string {
  const state = mapAt(status, "state", "terminated");
  const [reason, message] = [textAt(state, "reason"), textAt(state, "message")];
  if (reason === "") return "";
  if (message !== "") return `[${reason}] ${message}`;
  return `container "${textAt(status, "name")}" completed with exit code ${numberAt(state, "exitCode")}`;
}

function lastTermination(status: PropertyMap): string {
  const state = mapAt(status, "lastState", "terminated");
  if (Object.keys(state).length === 0) return "";
  const when = textAt(state, "finishedAt");
  const how = `${textAt(state, "reason")}: exit code ${numberAt(state, "exitCode")}`;
  const message = textAt(state, "message");
  const line = `container "${textAt(status, "name")}" terminated at ${when} (${how})`;
  return message === "" ? line : `${line}\n${message}`;
}
