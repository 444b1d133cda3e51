<?php
// Makes the tables, one administrator and an application password, and says that password.
define('ABSPATH', getenv('FLOOWE_SITE') . '/');
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'localhost';
$connection = mysqli_init();
$connection->real_connect('localhost', 'root', '', null, 0, getenv('FLOOWE_SOCKET'));
$connection->query('create database wordpress character set utf8mb4');
require getenv('FLOOWE_WORDPRESS') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
// Nobody is told of the new site.
add_filter('pre_wp_mail', '__return_false');
$site = wp_install('Studio Wisła', 'anna', 'anna@example.com', true, '', wp_generate_password());
global $wp_rewrite;
$wp_rewrite->set_permalink_structure('/%postname%/');
$wp_rewrite->flush_rules(false);
[$password] = WP_Application_Passwords::create_new_application_password($site['user_id'], ['name' => 'Floowe']);
echo json_encode(['password' => WP_Application_Passwords::chunk_password($password)]);
