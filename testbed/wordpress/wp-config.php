<?php
// The address is the one that was asked, so that a test may stand in front of the site.
$address = 'http://' . ($_SERVER['HTTP_HOST'] ?? 'localhost');
define('WP_HOME', $address);
define('WP_SITEURL', $address);
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('FLOOWE_SOCKET'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_CONTENT_DIR', getenv('FLOOWE_SITE') . '/wp-content');
// Application passwords ask for TLS anywhere else.
define('WP_ENVIRONMENT_TYPE', 'local');
// Nothing leaves the machine and nothing happens that no test asked for.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', 'testbed');
    define($name . '_SALT', 'testbed');
}
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
