<?php
// Every address is WordPress's, as behind a server with its rewrite rules. Its code is the package's, its settings are the site's.
define('ABSPATH', getenv('FLOOWE_SITE') . '/');
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require getenv('FLOOWE_WORDPRESS') . '/index.php';
