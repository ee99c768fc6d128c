"""The recipes in deploy/: they can be read, hold only fields that their programs know,
and fit one another and the course.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from course_utils.classroom.ray_serve import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
TEXT, WHOLE, TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
QUANTITY = {
    "anyOf": [
        {"type": "string", "pattern": r"^\d+(\.\d+)?(m|k|K|Ki|M|Mi|G|Gi|T|Ti)?$"},
        {"type": "number"},
    ]
}


def only(required: str = "", **properties) -> dict:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def many(item: dict) -> dict:
    return {"type": "array", "items": item, "minItems": 1}


# Parts of Kubernetes' core schemas, of KubeRay's RayService (ray.io/v1), of the chart of Zero to
# JupyterHub, of TLJH's settings and of the Compose Specification.
RESOURCES = only(
    requests=only(cpu=QUANTITY, memory=QUANTITY, storage=QUANTITY),
    limits=only(cpu=QUANTITY, memory=QUANTITY),
)
PROBE = only(
    "httpGet",
    httpGet=only("path port", path={"type": "string", "pattern": "^/"}, port=WHOLE),
    initialDelaySeconds=WHOLE,
    timeoutSeconds=WHOLE,
    failureThreshold=WHOLE,
)
CONTAINER = only(
    "name image resources",
    name=TEXT,
    image=TEXT,
    resources=RESOURCES,
    env=many(only("name value", name=TEXT, value=TEXT)),
    ports=many(
        only("containerPort", containerPort=WHOLE, name={"type": "string", "maxLength": 15})
    ),
    volumeMounts=many(
        only(
            "name mountPath",
            name=TEXT,
            mountPath={"type": "string", "pattern": "^/"},
            readOnly=TRUTH,
        )
    ),
    livenessProbe=PROBE,
    readinessProbe=PROBE,
)
VOLUME = only(
    "name",
    name=TEXT,
    persistentVolumeClaim=only("claimName", claimName=TEXT),
    secret=only("secretName", secretName=TEXT, defaultMode=WHOLE),
)
POD = only(
    "containers",
    containers=many(CONTAINER),
    volumes=many(VOLUME),
    securityContext=only(runAsNonRoot=TRUTH, runAsUser=WHOLE, fsGroup=WHOLE),
    automountServiceAccountToken=TRUTH,
)
PODS = only("spec", metadata=only(labels={"type": "object"}), spec=POD)
START = {"type": "object", "additionalProperties": TEXT}  # ray start takes words only
KUBERAY = only(
    "apiVersion kind metadata spec",
    apiVersion={"const": "ray.io/v1"},
    kind={"const": "RayService"},
    metadata=only("name", name=TEXT, labels={"type": "object"}),
    spec=only(
        "serveConfigV2 rayClusterConfig",
        serveConfigV2=TEXT,
        rayClusterConfig=only(
            "headGroupSpec",
            rayVersion=TEXT,
            authOptions=only("mode", mode={"enum": ["disabled", "token"]}),
            enableInTreeAutoscaling=TRUTH,
            headGroupSpec=only(
                "rayStartParams template",
                serviceType={"enum": ["ClusterIP", "NodePort", "LoadBalancer"]},
                rayStartParams=START,
                template=PODS,
            ),
            workerGroupSpecs=many(
                only(
                    "groupName template rayStartParams",
                    groupName=TEXT,
                    replicas=WHOLE,
                    minReplicas=WHOLE,
                    maxReplicas=WHOLE,
                    rayStartParams=START,
                    template=PODS,
                )
            ),
        ),
    ),
)
CLAIM = only(
    "apiVersion kind metadata spec",
    apiVersion={"const": "v1"},
    kind={"const": "PersistentVolumeClaim"},
    metadata=only("name", name=TEXT, labels={"type": "object"}),
    spec=only(
        "accessModes resources",
        accessModes=many({"enum": ["ReadWriteOnce", "ReadWriteMany"]}),
        resources=RESOURCES,
    ),
)
PEER = only(
    podSelector=only(matchLabels={"type": "object"}),
    namespaceSelector={"type": "object", "maxProperties": 0},
)
PORTS = many(only("port", protocol={"enum": ["TCP", "UDP"]}, port=WHOLE))
POLICY = only(
    "apiVersion kind metadata spec",
    apiVersion={"const": "networking.k8s.io/v1"},
    kind={"const": "NetworkPolicy"},
    metadata=only("name", name=TEXT, labels={"type": "object"}),
    spec=only(
        "podSelector policyTypes ingress",
        podSelector=only("matchLabels", matchLabels={"type": "object"}),
        policyTypes=many({"enum": ["Ingress", "Egress"]}),
        ingress=many({"type": "object", "properties": {"from": many(PEER), "ports": PORTS}}),
    ),
)
OVERRIDE = only(
    mem_limit=TEXT,
    mem_guarantee=TEXT,
    cpu_limit={"type": "number"},
    cpu_guarantee={"type": "number"},
    image=TEXT,
)
EGRESS = only(
    "to ports",
    to=many(only(podSelector=only(matchLabels={"type": "object"}))),
    ports=many(only("port", protocol={"enum": ["TCP", "UDP"]}, port=WHOLE)),
)
HUB = only(
    "singleuser prePuller",
    singleuser=only(
        "image memory profileList networkPolicy",
        image=only("name tag", name=TEXT, tag=TEXT),
        cmd=TEXT,
        defaultUrl=TEXT,
        memory=only(guarantee=QUANTITY, limit=QUANTITY),
        cpu=only(guarantee={"type": "number"}, limit={"type": "number"}),
        storage=only(capacity=QUANTITY),
        startTimeout=WHOLE,
        extraEnv={"type": "object"},
        profileList=many(
            only(
                "display_name",
                display_name=TEXT,
                description=TEXT,
                default=TRUTH,
                kubespawner_override=OVERRIDE,
            )
        ),
        networkPolicy=only(
            "enabled",
            enabled=TRUTH,
            egress=many(EGRESS),
            egressAllowRules=only(privateIPs=TRUTH, nonPrivateIPs=TRUTH, cloudMetadataServer=TRUTH),
        ),
        cloudMetadata=only(blockWithIptables=TRUTH),
    ),
    prePuller=only(hook=only(enabled=TRUTH), continuous=only(enabled=TRUTH)),
    scheduling=only(userPlaceholder=only(enabled=TRUTH, replicas=WHOLE)),
    cull=only(enabled=TRUTH, timeout=WHOLE, every=WHOLE),
    hub=only(config={"type": "object"}),
)
TLJH = only(
    users=only(admin=many(TEXT)),
    limits=only(memory=QUANTITY, cpu={"type": "number"}),
    services=only(cull=only(enabled=TRUTH, timeout=WHOLE, every=WHOLE)),
    user_environment=only(default_app={"enum": ["jupyterlab", "classic"]}),
    https=only(enabled=TRUTH, tls=only("key cert", key=TEXT, cert=TEXT)),
)
SERVICE = only(
    "restart",
    build=only("context", context=TEXT, dockerfile=TEXT),
    image=TEXT,
    command=many(TEXT),
    restart={"enum": ["no", "always", "on-failure", "unless-stopped"]},
    shm_size=TEXT,
    mem_limit=TEXT,
    cap_drop=many(TEXT),
    security_opt=many(TEXT),
    volumes=many({"type": "string", "pattern": "^[^:]+:/[^:]+(:ro)?$"}),
    expose=many(TEXT),
    environment={"type": "object", "additionalProperties": TEXT},
    ports=many({"type": "string", "pattern": r"^\d+:\d+$"}),
    depends_on=many(TEXT),
    healthcheck=only(
        "test", test=many(TEXT), interval=TEXT, timeout=TEXT, retries=WHOLE, start_period=TEXT
    ),
)
COMPOSE = only(
    "services",
    name=TEXT,
    services={"type": "object", "additionalProperties": SERVICE},
    volumes={"type": "object"},
)
SCHEMAS = {
    "kuberay.yaml": [KUBERAY, CLAIM, POLICY],
    "jupyterhub.yaml": [HUB],
    "tljh.yaml": [TLJH],
    "docker-compose.yaml": [COMPOSE],
}


def read(name: str) -> list[dict]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_recipe_holds_only_what_its_program_knows(name):
    parts = read(name)
    assert len(parts) == len(SCHEMAS[name])
    for part, schema in zip(parts, SCHEMAS[name]):
        Draft202012Validator.check_schema(schema)
        assert [
            f"{list(problem.path)}: {problem.message}"
            for problem in Draft202012Validator(schema).iter_errors(part)
        ] == []


def test_the_cluster_runs_the_same_application():
    service, claim, _ = read("kuberay.yaml")
    config = yaml.safe_load(service["spec"]["serveConfigV2"])
    (application,) = config["applications"]
    module, name = application["import_path"].split(":")
    assert callable(getattr(__import__(module, fromlist=[name]), name))
    settings = Settings.model_validate(application["args"])
    head, (workers,) = (
        service["spec"]["rayClusterConfig"]["headGroupSpec"],
        service["spec"]["rayClusterConfig"]["workerGroupSpecs"],
    )
    assert settings.door_on in head["rayStartParams"]["resources"]
    for group in (head, workers):
        pod = group["template"]["spec"]
        assert {mount["name"] for mount in pod["containers"][0]["volumeMounts"]} == {
            volume["name"] for volume in pod["volumes"]
        }
        assert settings.keys in [
            mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]
        ]
    assert settings.folder in [
        mount["mountPath"] for mount in head["template"]["spec"]["containers"][0]["volumeMounts"]
    ]
    assert claim["metadata"]["name"] in [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in head["template"]["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    ]


def test_only_the_front_door_of_a_cluster_is_open_and_ray_wants_its_token():
    service, _, policy = read("kuberay.yaml")
    cluster = service["spec"]["rayClusterConfig"]
    assert cluster["authOptions"] == {"mode": "token"}
    guarded = policy["spec"]["podSelector"]["matchLabels"]
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        assert guarded.items() <= group["template"]["metadata"]["labels"].items()
    open_to_all = [rule for rule in policy["spec"]["ingress"] if "from" not in rule]
    assert [port["port"] for rule in open_to_all for port in rule["ports"]] == [8000]


def test_the_operator_finds_the_dashboard_and_asks_after_pods_without_wget():
    """KubeRay names no port of its own where a head names any, and hands an application in at the
    one called dashboard; the questions it puts in where there are none run wget in the container.
    """
    cluster = read("kuberay.yaml")[0]["spec"]["rayClusterConfig"]
    groups = (cluster["headGroupSpec"], *cluster["workerGroupSpecs"])
    head, *makers = [group["template"]["spec"]["containers"][0] for group in groups]
    assert {"gcs-server": 6379, "dashboard": 8265, "serve": 8000} == {
        port["name"]: port["containerPort"] for port in head["ports"]
    }
    for one in (head, *makers):
        assert one["livenessProbe"]["httpGet"] == {"path": "/api/healthz", "port": 52365}
    assert head["readinessProbe"]["httpGet"]["port"] == 52365
    assert all(one["readinessProbe"]["httpGet"]["path"] == "/-/healthz" for one in makers)


def test_rays_own_schema_takes_the_application():
    schema = pytest.importorskip("ray.serve.schema")
    config = yaml.safe_load(read("kuberay.yaml")[0]["spec"]["serveConfigV2"])
    assert (
        schema.ServeDeploySchema(**config).applications[0].import_path
        == "course_utils.classroom.ray_serve:build_with"
    )


def test_pupils_pods_reach_the_room_and_nothing_else_inside():
    policy = read("jupyterhub.yaml")[0]["singleuser"]["networkPolicy"]
    (rule,) = policy["egress"]
    label, port = rule["to"][0]["podSelector"]["matchLabels"], rule["ports"][0]["port"]
    head = read("kuberay.yaml")[0]["spec"]["rayClusterConfig"]["headGroupSpec"]["template"]
    assert label.items() <= head["metadata"]["labels"].items() and port in [
        one["containerPort"] for one in head["spec"]["containers"][0]["ports"]
    ]
    assert policy["egressAllowRules"] == {
        "privateIPs": False,
        "nonPrivateIPs": False,
        "cloudMetadataServer": False,
    }


def test_commands_in_the_recipes_are_the_courses():
    from course_utils.cli.main import parser

    compose = read("docker-compose.yaml")[0]["services"]["room"]["command"]
    docker = re.search(
        r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.M
    )[1]
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read_string((DEPLOY / "first-sparks-room.service").read_text(encoding="utf-8"))
    started = unit["Service"]["ExecStart"].split()
    for command in (compose, yaml.safe_load(docker), ["course", *started[1:]]):
        options = parser().parse_args(command[1:])
        assert command[0] == "course" and options.command == "room"
    for file in re.findall(
        r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.M
    ):
        assert all((DEPLOY.parent / one).exists() for one in file.split())


def test_the_image_has_all_that_the_package_is_built_from():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {one for files in re.findall(r"^COPY (.+) \S+$", text, re.M) for one in files.split()}
    told = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [file for files in told["tool"]["setuptools"]["data-files"].values() for file in files]
    asked += [told["project"]["readme"], *told["project"]["license-files"], "pyproject.toml"]
    assert {Path(file).parts[0] for file in asked} <= copied


def test_nothing_secret_is_in_the_recipes():
    from course_utils.classroom.keys import Room

    for path in DEPLOY.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "secret:" not in text.replace("secret: {secretName", "") and not re.search(
            r"[0-9a-f]{32}", text
        )
        codes = set(re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", text))
        assert codes <= {"ABCD-2345"}, path.name
    assert Room.model_fields


# The cluster's walls, held against Kubernetes' own schema where its package is installed, and
# walked through as a network that enforces them would


def test_kubernetes_own_schema_takes_claim_and_policy():
    kubernetes = pytest.importorskip("kubernetes_validate")
    for part in read("kuberay.yaml")[1:]:
        kubernetes.validate(part, kubernetes.latest_version(), strict=True)


def lets_in(policy: dict, caller: dict, port: int, same_namespace: bool = True) -> bool:
    """Whether a pod with these labels reaches a port of the pods that a NetworkPolicy guards.

    Source: the semantics of `ingress` in networking.k8s.io/v1: rules are alternatives, and so are
    the entries of `from`; a rule without `from` is for everybody, one without `ports` for all.
    """

    def matches(selector: dict | None) -> bool:
        wanted = (selector or {}).get("matchLabels", {})
        return wanted.items() <= caller.items()

    def is_peer(peer: dict) -> bool:
        here = same_namespace or "namespaceSelector" in peer
        return here and matches(peer.get("podSelector"))

    return any(
        (not rule.get("from") or any(is_peer(peer) for peer in rule["from"]))
        and (not rule.get("ports") or port in [one["port"] for one in rule["ports"]])
        for rule in policy["spec"]["ingress"]
    )


OURS, OPERATOR = {"app": "first-sparks"}, {"app.kubernetes.io/name": "kuberay-operator"}


@pytest.mark.parametrize(
    ("caller", "near", "reached"),
    [
        (OURS, True, {6379, 8000, 8265, 10001, 52365, 40000}),
        (OURS, False, {8000}),  # the same labels in another namespace are no pods of ours
        (OPERATOR, False, {8000, 8265, 52365}),
        ({"app": "a-pupils-notebook"}, True, {8000}),
        ({}, False, {8000}),
    ],
)
def test_only_the_clusters_own_pods_reach_rays_doors(caller, near, reached):
    _, _, policy = read("kuberay.yaml")
    doors = (6379, 8000, 8265, 10001, 52365, 40000)  # Ray's store, door, dashboard, client, agent
    assert {port for port in doors if lets_in(policy, caller, port, near)} == reached
