// Generated from the OpenAPI document by `make openapi`; do not edit.

export interface paths {
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open an account
         * @description Everybody begins as a viewer; opening a channel makes the account a creator.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a session */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for the next pair
         * @description A refresh token works once; one that comes a second time ends its session.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My account */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/videos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Videos of a user
         * @description For oneself: all own videos, whatever their status. For others: what their channel shows.
         */
        get: operations["listUserVideos"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open my channel
         * @description One channel for each account; it makes a viewer a creator, who may upload.
         */
        post: operations["createChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A channel, by its handle or id */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel}/videos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Newest videos of a channel */
        get: operations["listChannelVideos"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/upload-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce a file and get an address to send it to
         * @description A repeat with the same key gets the first answer, whatever has become of the upload since. Where its address has expired before the file was sent, begin a new upload with a new key. Needs the permission `upload_videos`.
         */
        post: operations["createUploadUrl"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Newest public videos */
        get: operations["listVideos"];
        put?: never;
        /**
         * Confirm an upload, or upload through the API
         * @description JSON confirms a file sent to an upload address (201). multipart/form-data brings the file (202), and needs an X-Idempotency-Key; its parts may come in any order. Needs the permission `upload_videos`.
         */
        post: operations["createVideo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A video */
        get: operations["getVideo"];
        put?: never;
        post?: never;
        /**
         * Delete a video
         * @description It is hidden from everybody at once; its files go after the legal hold.
         */
        delete: operations["deleteVideo"];
        options?: never;
        head?: never;
        /**
         * Edit what is said about a video, or when it is published
         * @description Fields that are not given stay as they are. `publish_at` schedules a video that is not published yet, or moves its schedule, to a time ahead; null takes the schedule back, and the video waits to be published.
         */
        patch: operations["changeVideo"];
        trace?: never;
    };
    "/api/v1/videos/{video_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a video is */
        get: operations["getVideoStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/stream-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the stream lies
         * @description The address of a video that is not public is signed and expires; ask again for a new one. It opens what its viewer may watch: hidden from them, it closes within seconds.
         */
        get: operations["getStreamUrl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Publish a video now, or as soon as it is ready */
        post: operations["publishVideo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/reprocess": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Process a video again from its kept file
         * @description A failed video: for its owner. One that can be played: for its owner, moderators and admins. It stays in service until the new files are ready; its status tells of the work by `stage`, and by `error` if that failed. While it is being processed, asking again changes nothing.
         */
        post: operations["reprocessVideo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/captions/{lang}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add captions in a language, or replace them
         * @description The body is a file of WebVTT or SubRip in UTF-8, of at most 2 MiB. It is read strictly (an error names its line) and kept as plain WebVTT. Players find it in the stream at once; nothing is processed again.
         */
        put: operations["putCaptions"];
        post?: never;
        /** Take captions away */
        delete: operations["deleteCaptions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/thumbnails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Thumbnails to choose from */
        get: operations["listThumbnails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose the thumbnail, or upload one
         * @description JSON chooses one of the thumbnails by its `index` (null: the best). multipart/form-data brings a JPEG, PNG or WebP image of at most 10 MiB, which is drawn anew. The choice outlives reprocessing.
         */
        put: operations["setThumbnail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{video_id}/duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Videos that share picture or sound with it
         * @description For its owner, as far as the others are theirs too or lists show them, and for moderators.
         */
        get: operations["listDuplicates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What may be uploaded
         * @description Sizes, types, the longest duration, and how much of one's quota is left.
         */
        get: operations["getUploadLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{video_id}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which parts of a large file have arrived
         * @description To go on after an interruption, send those that are missing.
         */
        get: operations["getUploadParts"];
        put?: never;
        /**
         * Get addresses for parts of a large file
         * @description As many as are needed next, and as often: an address works for an hour.
         */
        post: operations["signUploadParts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a resumable upload (tus)
         * @description The metadata say what the video is: `filename`, `filetype`, `checksum_sha256`, and every field of a video such as `title`, `visibility` or `tags` (separated by commas). The address of the upload is in `Location`, the video's id in `X-Video-ID`. The first bytes may come along. A repeat with the same key finds the same upload. The video is processed as soon as the last byte is there. Needs the permission `upload_videos`.
         */
        post: operations["createTusUpload"];
        delete?: never;
        /** What the tus server can do */
        options: operations["getTusOptions"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{video_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** PATCH or DELETE for clients that can only POST (tus) */
        post: operations["overrideTusMethod"];
        /**
         * Give an upload up (tus)
         * @description What had arrived is removed, and the video with it.
         */
        delete: operations["terminateTusUpload"];
        /** What the tus server can do */
        options: operations["getTusUploadOptions"];
        /**
         * How far an upload has come (tus)
         * @description `Upload-Offset` tells where to go on; it is the whole length once the upload is complete.
         */
        head: operations["getTusUpload"];
        /**
         * Send more bytes (tus)
         * @description They begin at `Upload-Offset`; the new offset is answered in the same header. What came of a request that broke off is kept. While another request writes, 423. With the last byte the video goes to processing; ask its status.
         */
        patch: operations["appendToTusUpload"];
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the platform works
         * @description The same as /health/ready.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process is alive
         * @description Asks no engine: a process is not to be restarted because a database is away.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests can be served now
         * @description Asks every engine, for two seconds at most. Without cache or mail the answer is `degraded`.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of a video
         * @description Plain for public videos, below a signed prefix for others. Ranges and conditions are honoured. Where the server is set to, files other than playlists are redirected to the object store.
         */
        get: operations["getMedia"];
        /**
         * Send a file to its upload address
         * @description Where the store has an address of its own, upload addresses lead there instead.
         */
        put: operations["putMedia"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description, to read */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Parts of the documentation page */
        get: operations["getDocsAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** ArrivedPart */
        ArrivedPart: {
            /** Number */
            number: number;
            /** Size Bytes */
            size_bytes: number;
        };
        /**
         * Caption
         * @description Captions in WebVTT; the HLS master names them too. ``lang`` is a tag of BCP 47.
         */
        Caption: {
            /** Lang */
            lang: string;
            /** Label */
            label: string;
            /** Url */
            url: string;
        };
        /**
         * CaptionsQuery
         * @description How players name the captions.
         */
        CaptionsQuery: {
            /**
             * Label
             * @description Shown to viewers; the language's own name by default.
             * @default null
             */
            label?: string | null;
        };
        /**
         * Channel
         * @description A creator's home.
         */
        Channel: {
            /**
             * Id
             * @description A UUIDv7.
             */
            id: string;
            /** Handle */
            handle: string;
            /** Name */
            name: string;
            /** Description */
            description: string;
            /** Avatar Url */
            avatar_url: string | null;
            /** Banner Url */
            banner_url: string | null;
            /** Support Url */
            support_url: string | null;
            /** Followers Count */
            followers_count: number;
            /** Videos Count */
            videos_count: number;
            /** Shorts Count */
            shorts_count: number;
            /** Views Count */
            views_count: number;
            /** Likes Count */
            likes_count: number;
            /** Country */
            country: string | null;
            /** Tags */
            tags: string[];
            /** Is Following */
            is_following: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Check */
        Check: {
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "failed";
            /** Ms */
            ms: number;
        };
        /**
         * ConfirmBody
         * @description The upload that has arrived, and what its owner says about the video.
         */
        ConfirmBody: {
            /** Title */
            title: string;
            /**
             * Description
             * @default
             */
            description?: string;
            /** @default video */
            type?: components["schemas"]["VideoType"];
            /** @default public */
            visibility?: components["schemas"]["Visibility"];
            /**
             * Tags
             * @default []
             */
            tags?: string[];
            /**
             * Category
             * @default null
             */
            category?: string | null;
            /**
             * Country
             * @default null
             */
            country?: string | null;
            /**
             * Is Adult
             * @default false
             */
            is_adult?: boolean;
            /**
             * Is Free
             * @default true
             */
            is_free?: boolean;
            /**
             * Publish
             * @default true
             */
            publish?: boolean;
            /**
             * Publish At
             * @default null
             */
            publish_at?: string | null;
            /** Video Id */
            video_id: string;
        };
        /**
         * Duplicate
         * @description A video that shares picture or sound: ``overlap_seconds`` of it, which come ``offset_seconds`` later there.
         *
         *     ``similarity`` is the part of them that match, ``coverage`` the part of the shorter video that they are.
         */
        Duplicate: {
            /**
             * Video Id
             * @description A UUIDv7.
             */
            video_id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "frames" | "sound";
            /** Overlap Seconds */
            overlap_seconds: number;
            /** Offset Seconds */
            offset_seconds: number;
            /** Similarity */
            similarity: number;
            /** Coverage */
            coverage: number;
            /**
             * Found At
             * Format: date-time
             */
            found_at: string;
        };
        /**
         * Error
         * @description What went wrong: ``code`` is stable; ``details`` is an object where the rate limit was hit, else a list.
         */
        Error: {
            /** Code */
            code: string;
            /** Message */
            message: string;
            /** Details */
            details: components["schemas"]["ErrorDetail"][] | components["schemas"]["RetryAfter"];
            /** Request Id */
            request_id: string;
        };
        /** ErrorDetail */
        ErrorDetail: {
            /** Field */
            field: string;
            /** Message */
            message: string;
            /** Type */
            type: string;
        };
        /**
         * Health
         * @description ``degraded``: something that can be done without is away.
         */
        Health: {
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "degraded";
            /** Version */
            version: string;
            /** Checks */
            checks?: {
                [key: string]: components["schemas"]["Check"];
            };
        };
        /**
         * LoggedIn
         * @description A session: send ``access_token`` as a bearer token, exchange ``refresh_token`` once for the next pair.
         */
        LoggedIn: {
            user: components["schemas"]["User"];
            /** Access Token */
            access_token: string;
            /** Refresh Token */
            refresh_token: string;
            /**
             * Token Type
             * @constant
             */
            token_type: "Bearer";
            /**
             * Expires In
             * @description Seconds until the access token expires.
             */
            expires_in: number;
        };
        /**
         * LoginBody
         * @description ``login`` is an e-mail address or a username.
         */
        LoginBody: {
            /** Login */
            login: string;
            /** Password */
            password: string;
            /**
             * Session
             * @default token
             * @constant
             */
            session?: "token";
        };
        /** NewChannel */
        NewChannel: {
            /** Handle */
            handle: string;
            /** Name */
            name: string;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Support Url
             * @default null
             */
            support_url?: string | null;
            /**
             * Country
             * @default null
             */
            country?: string | null;
            /**
             * Tags
             * @default []
             */
            tags?: string[];
        };
        /** PageMeta */
        PageMeta: {
            /**
             * Next Cursor
             * @description Send it as `cursor` for the next page; null at the end.
             */
            next_cursor: string | null;
        };
        /**
         * PageQuery
         * @description Which page of a list.
         */
        PageQuery: {
            /**
             * Limit
             * @description Items on a page.
             * @default 24
             */
            limit?: number;
            /**
             * Cursor
             * @description `meta.next_cursor` of the page before.
             * @default null
             */
            cursor?: string | null;
        };
        /**
         * PartsBody
         * @description The parts that are to be sent next, by their numbers, which count from 1.
         */
        PartsBody: {
            /** Numbers */
            numbers: number[];
        };
        /** RefreshBody */
        RefreshBody: {
            /** Refresh Token */
            refresh_token: string;
        };
        /**
         * Registration
         * @description The command that opens an account.
         */
        Registration: {
            /** Email */
            email: string;
            /** Username */
            username: string;
            /** Password */
            password: string;
            /**
             * Display Name
             * @default null
             */
            display_name?: string | null;
        };
        /**
         * Rendition
         * @description One quality of a video; ``codecs`` as in RFC 6381.
         */
        Rendition: {
            /** Name */
            name: string;
            /** Width */
            width: number;
            /** Height */
            height: number;
            /** Bitrate Bps */
            bitrate_bps: number;
            /** Codecs */
            codecs: string;
        };
        /** RetryAfter */
        RetryAfter: {
            /** Retry After Seconds */
            retry_after_seconds: number;
        };
        /**
         * Role
         * @description Ordered by trust. StreamHub's *viewer* and TikTok's *user* are the same role.
         * @enum {string}
         */
        Role: "viewer" | "creator" | "moderator" | "admin";
        /** SignedParts */
        SignedParts: {
            /** Parts */
            parts: components["schemas"]["UploadPart"][];
            /**
             * Expires At
             * Format: date-time
             * @description When these addresses expire.
             */
            expires_at: string;
        };
        /**
         * Status
         * @description How far a video is; below 100 in service: better qualities follow. ``error``, and a playlist that grows while the
         *     first quality is made, are told to its owner alone.
         */
        Status: {
            /**
             * Video Id
             * @description A UUIDv7.
             */
            video_id: string;
            status: components["schemas"]["VideoStatus"];
            /** Progress */
            progress: number;
            /** Stage */
            stage: string;
            error?: components["schemas"]["StatusError"];
            /** Preview Url */
            preview_url?: string;
        };
        /** StatusError */
        StatusError: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
        /**
         * StreamUrl
         * @description Where the HLS master playlist lies. ``expires_at`` is null for the lasting addresses of public videos.
         */
        StreamUrl: {
            /**
             * Video Id
             * @description A UUIDv7.
             */
            video_id: string;
            /** Stream Url */
            stream_url: string;
            /** Poster Url */
            poster_url: string | null;
            /**
             * Expires At
             * @description When the addresses expire; they close before where watching is no longer allowed.
             */
            expires_at: string | null;
        };
        /**
         * ThumbnailBody
         * @description ``index`` of a thumbnail to choose; null for the one that is best.
         */
        ThumbnailBody: {
            /** Index */
            index: number | null;
        };
        /**
         * ThumbnailChoice
         * @description A picture of the video at ``seconds``, to be chosen by its ``index``; ``card_url`` is what lists show of it.
         */
        ThumbnailChoice: {
            /** Index */
            index: number;
            /** Seconds */
            seconds: number;
            /** Url */
            url: string;
            /** Card Url */
            card_url: string;
        };
        /**
         * ThumbnailForm
         * @description Part ``file`` holds the image.
         */
        ThumbnailForm: Record<string, never>;
        /**
         * Thumbnails
         * @description What there is to choose from. ``chosen`` is null where the best is shown, or an image of the owner's own.
         */
        Thumbnails: {
            /** Chosen */
            chosen: number | null;
            /** Own Image */
            own_image: boolean;
            /** Thumbnails */
            thumbnails: components["schemas"]["ThumbnailChoice"][];
        };
        /** Tus */
        Tus: {
            /** Version */
            version: string;
            /** Extensions */
            extensions: string[];
            /** Checksum Algorithms */
            checksum_algorithms: string[];
        };
        /**
         * TusUpload
         * @description An upload by tus: its address is in the Location header, its id is that of the video that it will fill.
         */
        TusUpload: {
            /**
             * Video Id
             * @description A UUIDv7.
             */
            video_id: string;
            /** Offset */
            offset: number;
            /** Size Bytes */
            size_bytes: number;
        };
        /**
         * UploadForm
         * @description Part ``file`` holds the file; the others say what the video is. They may come in any order.
         */
        UploadForm: {
            /** Title */
            title: string;
            /**
             * Description
             * @default
             */
            description?: string;
            /** @default video */
            type?: components["schemas"]["VideoType"];
            /** @default public */
            visibility?: components["schemas"]["Visibility"];
            /**
             * Tags
             * @default []
             */
            tags?: string[];
            /**
             * Category
             * @default null
             */
            category?: string | null;
            /**
             * Country
             * @default null
             */
            country?: string | null;
            /**
             * Is Adult
             * @default false
             */
            is_adult?: boolean;
            /**
             * Is Free
             * @default true
             */
            is_free?: boolean;
            /**
             * Publish
             * @default true
             */
            publish?: boolean;
            /**
             * Publish At
             * @default null
             */
            publish_at?: string | null;
        };
        /**
         * UploadLimits
         * @description What may be uploaded. ``part_size_bytes``: a larger file is sent straight to storage in parts of this size.
         */
        UploadLimits: {
            /** Max Size Bytes */
            max_size_bytes: number;
            /** Content Types */
            content_types: string[];
            /** Max Duration Seconds */
            max_duration_seconds: number;
            /** Part Size Bytes */
            part_size_bytes: number;
            /** Quota Bytes */
            quota_bytes: number;
            /**
             * Used Bytes
             * @description What is stored, and what uploads under way have reserved.
             */
            used_bytes: number;
            /** Available Bytes */
            available_bytes: number;
            tus: components["schemas"]["Tus"];
        };
        /**
         * UploadPart
         * @description Send exactly ``size_bytes`` of the file, those of this part, to ``url`` by PUT.
         */
        UploadPart: {
            /** Number */
            number: number;
            /** Url */
            url: string;
            /** Size Bytes */
            size_bytes: number;
        };
        /**
         * UploadParts
         * @description How far an upload in parts has come. It can be resumed until ``expires_at``.
         */
        UploadParts: {
            /**
             * Video Id
             * @description A UUIDv7.
             */
            video_id: string;
            /** Size Bytes */
            size_bytes: number;
            /** Part Size Bytes */
            part_size_bytes: number;
            /** Part Count */
            part_count: number;
            /** Received Bytes */
            received_bytes: number;
            /** Arrived */
            arrived: components["schemas"]["ArrivedPart"][];
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * UploadUrl
         * @description Send the file with ``method`` to ``upload_url`` with exactly these ``headers``, then confirm it.
         *
         *     A large file comes in parts instead (``upload_url`` is null): part n holds the bytes from (n - 1) times
         *     ``part_size_bytes``. ``parts`` are the first of ``part_count``; addresses for more, and again for those that have
         *     expired, come from `POST /uploads/{video_id}/parts`.
         */
        UploadUrl: {
            /**
             * Video Id
             * @description A UUIDv7.
             */
            video_id: string;
            /**
             * Method
             * @constant
             */
            method: "PUT";
            /** Upload Url */
            upload_url: string | null;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /**
             * Expires At
             * Format: date-time
             * @description When these addresses expire.
             */
            expires_at: string;
            /** Parts */
            parts?: components["schemas"]["UploadPart"][];
            /** Part Size Bytes */
            part_size_bytes?: number;
            /** Part Count */
            part_count?: number;
        };
        /**
         * UploadUrlBody
         * @description The file that will be sent; ``checksum_sha256`` in hex is checked by the store where it can.
         */
        UploadUrlBody: {
            /** Filename */
            filename: string;
            /** Content Type */
            content_type: string;
            /** Size Bytes */
            size_bytes: number;
            /**
             * Checksum Sha256
             * @default null
             */
            checksum_sha256?: string | null;
        };
        /**
         * User
         * @description An account; ``email``, ``country``, ``autoplay`` and ``interests`` are shown to its owner alone.
         */
        User: {
            /**
             * Id
             * @description A UUIDv7.
             */
            id: string;
            /** Username */
            username: string;
            /** Display Name */
            display_name: string;
            /** Avatar Url */
            avatar_url: string | null;
            /** Bio */
            bio: string;
            role: components["schemas"]["Role"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Email */
            email?: string;
            /** Country */
            country?: string | null;
            /** Autoplay */
            autoplay?: boolean;
            /** Interests */
            interests?: string[];
        };
        /**
         * Video
         * @description A video for one viewer; sizes and addresses are null until it can be played. ``stream_url`` is an HLS master.
         */
        Video: {
            /**
             * Id
             * @description A UUIDv7.
             */
            id: string;
            channel: components["schemas"]["VideoChannel"];
            /** Title */
            title: string;
            /** Description */
            description: string;
            type: components["schemas"]["VideoType"];
            visibility: components["schemas"]["Visibility"];
            status: components["schemas"]["VideoStatus"];
            /** Tags */
            tags: string[];
            /** Category */
            category: string | null;
            /** Duration Seconds */
            duration_seconds: number | null;
            /** Width */
            width: number | null;
            /** Height */
            height: number | null;
            /** Thumbnail Url */
            thumbnail_url: string | null;
            /** Poster Url */
            poster_url: string | null;
            /** Preview Vtt Url */
            preview_vtt_url: string | null;
            /** Stream Url */
            stream_url: string | null;
            /**
             * Audio Url
             * @description The sound by itself, in MP4; null for a video without.
             */
            audio_url: string | null;
            /** Renditions */
            renditions: components["schemas"]["Rendition"][];
            /** Captions */
            captions: components["schemas"]["Caption"][];
            /** View Count */
            view_count: number;
            /** Like Count */
            like_count: number;
            /** Dislike Count */
            dislike_count: number;
            /** Comment Count */
            comment_count: number;
            /** Share Count */
            share_count: number;
            /** Is Liked */
            is_liked: boolean;
            /** Is Disliked */
            is_disliked: boolean;
            /** Is Adult */
            is_adult: boolean;
            /** Is Free */
            is_free: boolean;
            /** Is Featured */
            is_featured: boolean;
            /** Is Banner */
            is_banner: boolean;
            /**
             * Is Held
             * @description A moderator hides it for now; told to its owner alone.
             */
            is_held?: boolean;
            /** Country */
            country: string | null;
            /**
             * Publish At
             * Format: date-time
             */
            publish_at?: string;
            /** Published At */
            published_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * VideoChanges
         * @description What a PATCH may change; fields that are not given stay as they are.
         */
        VideoChanges: {
            /**
             * Title
             * @default null
             */
            title?: string | null;
            /**
             * Description
             * @default null
             */
            description?: string | null;
            /** @default null */
            visibility?: components["schemas"]["Visibility"] | null;
            /**
             * Tags
             * @default null
             */
            tags?: string[] | null;
            /**
             * Category
             * @default null
             */
            category?: string | null;
            /**
             * Country
             * @default null
             */
            country?: string | null;
            /**
             * Is Adult
             * @default null
             */
            is_adult?: boolean | null;
            /**
             * Is Free
             * @default null
             */
            is_free?: boolean | null;
            /**
             * Publish At
             * @description A time ahead at which to publish it; null: not before its owner asks.
             * @default null
             */
            publish_at?: string | null;
        };
        /**
         * VideoChannel
         * @description The channel of a video, in brief.
         */
        VideoChannel: {
            /**
             * Id
             * @description A UUIDv7.
             */
            id: string;
            /** Handle */
            handle: string;
            /** Name */
            name: string;
            /** Avatar Url */
            avatar_url: string | null;
            /** Is Following */
            is_following: boolean;
        };
        /**
         * VideoStatus
         * @enum {string}
         */
        VideoStatus: "uploading" | "processing" | "ready" | "scheduled" | "published" | "failed" | "deleted";
        /**
         * VideoType
         * @enum {string}
         */
        VideoType: "video" | "short";
        /** VideosQuery */
        VideosQuery: {
            /**
             * Limit
             * @description Items on a page.
             * @default 24
             */
            limit?: number;
            /**
             * Cursor
             * @description `meta.next_cursor` of the page before.
             * @default null
             */
            cursor?: string | null;
            /**
             * Channel
             * @description Handle or id of a channel.
             * @default null
             */
            channel?: string | null;
            /**
             * @description Videos or shorts alone.
             * @default null
             */
            type?: components["schemas"]["VideoType"] | null;
        };
        /**
         * Visibility
         * @enum {string}
         */
        Visibility: "public" | "unlisted" | "followers" | "private";
    };
    responses: {
        /** @description The input is not valid; `details` says what is wrong with which field. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "VALIDATION_ERROR",
                 *         "message": "The input is not valid; `details` says what is wrong with which field.",
                 *         "details": [
                 *           {
                 *             "field": "title",
                 *             "message": "Field required",
                 *             "type": "missing"
                 *           }
                 *         ],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description Nobody is logged in, or the token is wrong or expired. */
        Unauthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "UNAUTHENTICATED",
                 *         "message": "Nobody is logged in, or the token is wrong or expired.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The caller may not do this. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "FORBIDDEN",
                 *         "message": "The caller may not do this.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description It is not there, or the caller may not know of it. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "NOT_FOUND",
                 *         "message": "It is not there, or the caller may not know of it.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The method is not offered on this path. */
        MethodNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "METHOD_NOT_ALLOWED",
                 *         "message": "The method is not offered on this path.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description It contradicts what is stored. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "CONFLICT",
                 *         "message": "It contradicts what is stored.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description It is gone for good. */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "GONE",
                 *         "message": "It is gone for good.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description A condition of the request does not hold. */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "PRECONDITION_FAILED",
                 *         "message": "A condition of the request does not hold.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The body is larger than allowed. */
        PayloadTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "PAYLOAD_TOO_LARGE",
                 *         "message": "The body is larger than allowed.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The body is of a type that is not accepted. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "UNSUPPORTED_MEDIA_TYPE",
                 *         "message": "The body is of a type that is not accepted.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The range lies outside of the file. */
        RangeNotSatisfiable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "RANGE_NOT_SATISFIABLE",
                 *         "message": "The range lies outside of the file.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The file is no video that can be processed. */
        UnprocessableMedia: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "UNPROCESSABLE_MEDIA",
                 *         "message": "The file is no video that can be processed.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description Another request is writing it at the moment. */
        Locked: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "LOCKED",
                 *         "message": "Another request is writing it at the moment.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description Too many requests; wait as long as `Retry-After` says. */
        RateLimited: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "RATE_LIMITED",
                 *         "message": "Too many requests; wait as long as `Retry-After` says.",
                 *         "details": {
                 *           "retry_after_seconds": 12.5
                 *         },
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description The body has not the checksum that was announced. */
        ChecksumMismatch: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "CHECKSUM_MISMATCH",
                 *         "message": "The body has not the checksum that was announced.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description Something went wrong on the server. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "INTERNAL_ERROR",
                 *         "message": "Something went wrong on the server.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
        /** @description A part of the platform cannot be reached now. */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "UNAVAILABLE",
                 *         "message": "A part of the platform cannot be reached now.",
                 *         "details": [],
                 *         "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    success: false;
                    error: components["schemas"]["Error"];
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "mira@example.org",
                 *       "username": "mira",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "user": {
                     *           "id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
                     *           "username": "mira",
                     *           "display_name": "Mira",
                     *           "avatar_url": null,
                     *           "bio": "",
                     *           "role": "viewer",
                     *           "created_at": "2026-11-20T12:00:00.000000Z",
                     *           "email": "mira@example.org",
                     *           "country": null,
                     *           "autoplay": true,
                     *           "interests": []
                     *         },
                     *         "access_token": "eyJhbGciOi…",
                     *         "refresh_token": "01936b2e-8f51-7d10-a6f4-3f0e6a9d2b11.Zk3…",
                     *         "token_type": "Bearer",
                     *         "expires_in": 900
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["LoggedIn"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "mira",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["LoginBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "user": {
                     *           "id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
                     *           "username": "mira",
                     *           "display_name": "Mira",
                     *           "avatar_url": null,
                     *           "bio": "",
                     *           "role": "viewer",
                     *           "created_at": "2026-11-20T12:00:00.000000Z",
                     *           "email": "mira@example.org",
                     *           "country": null,
                     *           "autoplay": true,
                     *           "interests": []
                     *         },
                     *         "access_token": "eyJhbGciOi…",
                     *         "refresh_token": "01936b2e-8f51-7d10-a6f4-3f0e6a9d2b11.Zk3…",
                     *         "token_type": "Bearer",
                     *         "expires_in": 900
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["LoggedIn"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "01936b2e-8f51-7d10-a6f4-3f0e6a9d2b11.Zk3…"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "user": {
                     *           "id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
                     *           "username": "mira",
                     *           "display_name": "Mira",
                     *           "avatar_url": null,
                     *           "bio": "",
                     *           "role": "viewer",
                     *           "created_at": "2026-11-20T12:00:00.000000Z",
                     *           "email": "mira@example.org",
                     *           "country": null,
                     *           "autoplay": true,
                     *           "interests": []
                     *         },
                     *         "access_token": "eyJhbGciOi…",
                     *         "refresh_token": "01936b2e-8f51-7d10-a6f4-3f0e6a9d2b11.Zk3…",
                     *         "token_type": "Bearer",
                     *         "expires_in": 900
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["LoggedIn"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user's id. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["User"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUserVideos: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                /** @description A user's id. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"][];
                        meta: components["schemas"]["PageMeta"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "handle": "mira",
                 *       "name": "Mira draws",
                 *       "description": "Ink and paper.",
                 *       "tags": [
                 *         "drawing"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewChannel"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Channel"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A channel's handle or id. */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Channel"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listChannelVideos: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                /** @description A channel's handle or id. */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"][];
                        meta: components["schemas"]["PageMeta"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createUploadUrl: {
        parameters: {
            query?: never;
            header: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filename": "clip.mp4",
                 *       "content_type": "video/mp4",
                 *       "size_bytes": 1055736
                 *     }
                 */
                "application/json": components["schemas"]["UploadUrlBody"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["UploadUrl"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableMedia"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listVideos: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
                channel?: string | null;
                type?: components["schemas"]["VideoType"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"][];
                        meta: components["schemas"]["PageMeta"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createVideo: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "video_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
                 *       "title": "Ink in water",
                 *       "tags": [
                 *         "ink"
                 *       ],
                 *       "visibility": "public"
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmBody"];
                "multipart/form-data": {
                    /** Title */
                    title: string;
                    /**
                     * Description
                     * @default
                     */
                    description?: string;
                    /** @default video */
                    type?: components["schemas"]["VideoType"];
                    /** @default public */
                    visibility?: components["schemas"]["Visibility"];
                    /**
                     * Tags
                     * @default []
                     */
                    tags?: string[];
                    /**
                     * Category
                     * @default null
                     */
                    category?: string | null;
                    /**
                     * Country
                     * @default null
                     */
                    country?: string | null;
                    /**
                     * Is Adult
                     * @default false
                     */
                    is_adult?: boolean;
                    /**
                     * Is Free
                     * @default true
                     */
                    is_free?: boolean;
                    /**
                     * Publish
                     * @default true
                     */
                    publish?: boolean;
                    /**
                     * Publish At
                     * @default null
                     */
                    publish_at?: string | null;
                } & {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableMedia"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVideo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteVideo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeVideo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Ink in warm water",
                 *       "visibility": "unlisted"
                 *     }
                 */
                "application/json": components["schemas"]["VideoChanges"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVideoStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "video_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
                     *         "status": "processing",
                     *         "progress": 42.5,
                     *         "stage": "transcoding"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Status"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStreamUrl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["StreamUrl"];
                    };
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    publishVideo: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    reprocessVideo: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putCaptions: {
        parameters: {
            query?: {
                label?: string | null;
            };
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
                /** @description A language tag of BCP 47, such as `de` or `pt-BR`. */
                lang: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/vtt": string;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCaptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
                /** @description A language tag of BCP 47, such as `de` or `pt-BR`. */
                lang: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listThumbnails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Thumbnails"];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    setThumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "index": 2
                 *     }
                 */
                "application/json": components["schemas"]["ThumbnailBody"];
                "multipart/form-data": Record<string, never> & {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Video"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableMedia"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDuplicates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Duplicate"][];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUploadLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["UploadLimits"];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUploadParts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["UploadParts"];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    signUploadParts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "numbers": [
                 *         101,
                 *         102,
                 *         103
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PartsBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["SignedParts"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createTusUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description `1.0.0`; 412 without it. */
                "Tus-Resumable"?: string;
                /** @description Bytes of the file. */
                "Upload-Length"?: string;
                /** @description Keys, each with a value in Base64. */
                "Upload-Metadata"?: string;
                /** @description `sha1`, `sha256` or `md5`, a space, the digest of this body in Base64. */
                "Upload-Checksum"?: string;
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["TusUpload"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableMedia"];
            429: components["responses"]["RateLimited"];
            460: components["responses"]["ChecksumMismatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTusOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    overrideTusMethod: {
        parameters: {
            query?: never;
            header?: {
                /** @description `1.0.0`; 412 without it. */
                "Tus-Resumable"?: string;
                /** @description Where the bytes begin: what the server has told last. */
                "Upload-Offset"?: string;
                /** @description `sha1`, `sha256` or `md5`, a space, the digest of this body in Base64. */
                "Upload-Checksum"?: string;
                /** @description `PATCH` or `DELETE`. */
                "X-HTTP-Method-Override"?: string;
                /** @description Kept for 24 hours: a repeat has no further effect and gets the first answer. */
                "X-Idempotency-Key"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableMedia"];
            423: components["responses"]["Locked"];
            429: components["responses"]["RateLimited"];
            460: components["responses"]["ChecksumMismatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    terminateTusUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description `1.0.0`; 412 without it. */
                "Tus-Resumable"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTusUploadOptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTusUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description `1.0.0`; 412 without it. */
                "Tus-Resumable"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    appendToTusUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description `1.0.0`; 412 without it. */
                "Tus-Resumable"?: string;
                /** @description Where the bytes begin: what the server has told last. */
                "Upload-Offset"?: string;
                /** @description `sha1`, `sha256` or `md5`, a space, the digest of this body in Base64. */
                "Upload-Checksum"?: string;
            };
            path: {
                /** @description A video's id. */
                video_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableMedia"];
            423: components["responses"]["Locked"];
            429: components["responses"]["RateLimited"];
            460: components["responses"]["ChecksumMismatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Health"];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Health"];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: components["schemas"]["Health"];
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            500: components["responses"]["InternalError"];
        };
    };
    getMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's address below `/media/`; it contains slashes. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description A part of the file. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The file lies at the object store. */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["InternalError"];
        };
    };
    putMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's address below `/media/`; it contains slashes. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description As it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            500: components["responses"]["InternalError"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    getDocsAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A file's name. */
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
}
