#ifndef MODEL_NODE_H
#define MODEL_NODE_H
/*
 * NodeConfig documents as read: what other documents refer to, and what the rules between sections
 * ask for. Texts may be `env:NAME`: what they stand for is known on the node alone.
 */
#include "model/model.h"

struct malias { /* a model, by the name that agents ask for */
	struct mtext name, model;
	uint32_t context_window; /* tokens */
};
struct mprovider {
	struct mtext name, type;
	bool disabled;
	bool broken;        /* models of it may be missing: reported */
	struct many models; /* struct malias; name.text.at == NULL: reported */
};
struct mserved { /* a tool, by who runs it */
	struct mtext name;
	bool skip_judge;
};
struct mserver { /* an MCP server, or a dispatcher of the node itself */
	struct mtext name;
	bool disabled;
	bool broken;       /* tools of it may be missing: reported */
	struct many tools; /* struct mserved; name.text.at == NULL: reported */
};
struct mrealm {
	struct mtext slug, kind; /* kind: `system`, `consumer` or `tenant` */
};
struct mport {           /* where the node listens */
	uint32_t number; /* 0: not stated */
	struct span at;
};

struct mnode {
	struct mtext name, id, type;
	struct span production; /* the label or tag that says so; SPAN_NONE: none does */
	struct many providers;  /* struct mprovider */
	struct mtext default_provider, fallback_provider;
	struct mtext isolation, registry_path;
	struct mtext bind; /* network.bind_address */
	struct mport port, grpc;
	struct mtext metrics_bind;
	struct mport metrics;
	bool metrics_off;
	bool insecure; /* network.allow_insecure_bind */
	struct mtext storage_backend;
	struct mport nfs;
	uint64_t volume_most_mb; /* that SeaweedFS gives one volume; 0: it is not the back end */
	struct many servers;     /* struct mserver: MCP servers */
	struct many dispatchers; /* struct mserver: tools that the node serves itself */
	struct many realms;      /* struct mrealm */
	bool grpc_auth;
	bool clustered; /* cluster.enabled */
	struct mtext role;
	struct mport cluster;
	bool cluster_tls, cluster_tls_off;
	bool tls;                      /* network.tls is there */
	bool servers_unread;           /* tools may be missing: reported */
	bool spec_read, contexts_read; /* these were there to be read */
	bool contexts_lost;            /* they were reported instead */
	unsigned lacks;                /* of `database`, `seal`, `iam`, `network.tls`, as bits */
	struct span at;
	uint32_t file;
	bool broken; /* something of it was reported: what is not found in it may be there */
};

/* The model that @n has as @alias, of a provider that is not disabled if there is one; NULL: none.
 */
const struct malias *mnode_alias(const struct mnode *n, struct slice alias);
/* The server or dispatcher of @n that runs the tool @name, one that is not disabled if there is
 * one; NULL: none. */
const struct mserver *mnode_server(const struct mnode *n, struct slice name);
#endif
